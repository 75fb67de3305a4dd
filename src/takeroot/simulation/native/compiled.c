/* The kernel, compiled: the same bits as kernel.py, 64 replicates at a time. Plain C11 and the stable interface of Python.

   run(numbers, arrays) reads what compiled.py wrote, in the same order; it lets go of the interpreter while it works. */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>

#include "world.h"

#define VARIANT _plain
#define WIDE 4
#define TARGET
#include "vectors.h"
#include "lanes.h"
#include "sites.h"
#include "between.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define VARIANT _avx2
#define WIDE 8
#define TARGET __attribute__((target("avx2")))
#include "vectors.h"
#include "lanes.h"
#include "sites.h"
#include "between.h"

#define VARIANT _avx512
#define WIDE 16
#define TARGET __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,prefer-vector-width=512")))
#include "vectors.h"
#include "lanes.h"
#include "sites.h"
#include "between.h"
#endif

typedef struct { const char *name; int (*lanes)(const World *); int (*sites)(const World *); } Variant;

/* The variants that this processor can run, the widest first. */
static int variants(Variant found[3]) {
    int many = 0;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
        found[many++] = (Variant){"avx512", run_lanes_avx512, run_sites_avx512};
    if (__builtin_cpu_supports("avx2")) found[many++] = (Variant){"avx2", run_lanes_avx2, run_sites_avx2};
#endif
    found[many++] = (Variant){"plain", run_lanes_plain, run_sites_plain};
    return many;
}

/* What Python wrote, read one by one; every array is held until the end. */
typedef struct {
    PyObject *arrays;
    Py_buffer *held;
    Py_ssize_t many, next;
    const int64_t *number;
    Py_ssize_t numbers, next_number;
    int wrong;
} Reader;

static int64_t number(Reader *r) {
    if (r->next_number >= r->numbers) {
        r->wrong = 1;
        return 0;
    }
    return r->number[r->next_number++];
}

static void *array(Reader *r, int64_t items, size_t size, int writable) {
    if (r->wrong || items < 0) {
        r->wrong = 1;
        return NULL;
    }
    PyObject *item = PySequence_GetItem(r->arrays, r->next);
    if (!item || PyObject_GetBuffer(item, &r->held[r->next], writable ? PyBUF_CONTIG : PyBUF_CONTIG_RO) < 0) {
        Py_XDECREF(item);
        r->wrong = 1;
        return NULL;
    }
    Py_DECREF(item);
    Py_buffer *view = &r->held[r->next++];
    if ((uint64_t)view->len != (uint64_t)items * size) {
        PyErr_Format(PyExc_ValueError, "array %zd has %zd bytes, not %zd", r->next - 1, view->len, (Py_ssize_t)(items * (int64_t)size));
        r->wrong = 1;
        return NULL;
    }
    return view->buf;
}

#define READ(items, type) ((const type *)array(r, (items), sizeof(type), 0))
#define WRITE(items, type) ((type *)array(r, (items), sizeof(type), 1))

static void read_layer(Reader *r, const World *w, Improvement *one, Layer *layer) {
    layer->along = number(r), layer->view = number(r), layer->share = number(r), layer->unit = number(r);
    int64_t windows = number(r), threshold = number(r), ties = number(r);
    if (layer->along < 0 || layer->along > ALONG_SELF || layer->view < 0 || layer->view >= w->views) r->wrong = 1;
    int on_ties = layer->along == ALONG_TIES;
    layer->first = READ(on_ties ? w->sites + 1 : 1, int64_t);
    layer->source = READ(ties, int32_t);
    layer->weight = READ(ties, int32_t);
    if (windows) layer->since = READ(ties, int32_t), layer->until = READ(ties, int32_t);
    layer->scale = READ(on_ties ? w->sites : layer->along == ALONG_SELF ? 1 : w->steps * w->regions, float);
    if (threshold) layer->at_least = READ(w->sites, float);
    layer->coefficients = READ(w->steps * one->moves, float);
    if (r->wrong || !on_ties) return;
    if (layer->first[0] != 0 || layer->first[w->sites] != ties) r->wrong = 1;
    for (int64_t i = 0; i < w->sites; i++) r->wrong |= layer->first[i] > layer->first[i + 1];
    for (int64_t e = 0; e < ties; e++) r->wrong |= layer->source[e] < 0 || layer->source[e] >= w->sites;
}

static void read_improvement(Reader *r, const World *w, Improvement *one) {
    one->moves = number(r), one->rate = number(r), one->static_rows = number(r), one->varyings = number(r), one->layers = number(r);
    one->has_fit = number(r), one->restores = number(r), one->has_memory = number(r), one->fades = number(r), one->has_capacity = number(r);
    if (r->wrong || one->moves < 0 || one->moves > MOST_MOVES || one->layers < 0 || one->layers > MOST_LAYERS || one->varyings < 0 || one->varyings > 4096) {
        r->wrong = 1;
        one->varyings = one->layers = one->moves = 0;
        return;
    }
    one->columns = one->moves + 2;
    one->source = READ(one->moves, uint8_t);
    one->target = READ(one->moves, uint8_t);
    one->needs = READ(one->moves, uint8_t);
    one->fixed = READ((one->static_rows == 1 ? 1 : w->sites) * one->columns, float);
    one->common = READ(w->steps * one->columns, float);
    int64_t rows = r->wrong ? 0 : one->static_rows == 1 ? 1 : w->sites;
    for (int64_t i = 0; i < rows * one->columns; i++)
        if (one->fixed[i] != 0.0f) one->uses_fixed[i % one->columns] = 1;
    one->varying = calloc((size_t)one->varyings + 1, sizeof(Varying));
    one->layer = calloc((size_t)one->layers + 1, sizeof(Layer));
    if (!one->varying || !one->layer) {
        r->wrong = 1;
        return;
    }
    for (int64_t k = 0; k < one->varyings && !r->wrong; k++) {
        Varying *term = &one->varying[k];
        term->rows = number(r);
        term->table = READ(term->rows * w->steps, float);
        term->row = READ(w->sites, int32_t);
        term->coefficients = READ(one->columns, float);
        for (int64_t i = 0; i < w->sites && !r->wrong; i++) r->wrong |= term->row[i] < 0 || term->row[i] >= term->rows;
    }
    for (int64_t k = 0; k < one->layers && !r->wrong; k++) read_layer(r, w, one, &one->layer[k]);
    if (one->has_fit) one->fit = READ(one->moves, float);
    if (one->has_memory) one->memory = READ(one->moves, float);
    if (one->has_capacity) {
        one->capacity = READ(w->steps * w->regions, double);
        one->growth = READ(w->steps * w->regions, double);
        one->most = READ(1, double);
    }
    one->stage = READ(w->sites, uint8_t);
    one->lost = READ(w->sites, uint16_t);
    one->fresh = READ(w->sites, uint16_t);
    for (int64_t m = 0; m < one->moves && !r->wrong; m++) {
        int a = one->source[m];
        if (a >= STAGES || one->target[m] >= STAGES || one->slots[a] >= MOST_SLOTS) {
            r->wrong = 1;
            return;
        }
        one->slot_of[m] = one->slots[a];
        one->move_at[a][one->slots[a]++] = (int)m;
    }
}

static void read_world(Reader *r, World *w) {
    w->sites = number(r), w->steps = number(r), w->regions = number(r), w->improvements = number(r), w->views = number(r), w->forces = number(r);
    w->exclusive = number(r), w->seed = (uint64_t)number(r), w->block = number(r), w->width = number(r), w->watched = number(r), w->keep_sites = number(r);
    if (r->wrong || w->sites < 0 || w->steps < 0 || w->regions < 1 || w->improvements < 1 || w->improvements > 8 || w->views < 0 || w->forces < 0 || w->width < 1 || w->width > LANES || w->watched < 0) {
        r->wrong = 1;
        w->improvements = w->forces = 0;
        return;
    }
    w->months = READ(w->steps + 1, int64_t);
    w->ids = READ(w->sites, uint64_t);
    w->starts = READ(w->regions + 1, int64_t);
    w->since = READ(w->sites, int64_t);
    w->until = READ(w->sites, int64_t);
    w->view_of = READ(w->views, int64_t);
    w->view_near = READ(w->views, int64_t);
    w->watch = READ(w->watched, int64_t);
    w->force = calloc((size_t)w->forces + 1, sizeof(Force));
    w->improvement = calloc((size_t)w->improvements, sizeof(Improvement));
    if (!w->force || !w->improvement) r->wrong = 1;
    if (r->wrong) return;
    for (int64_t k = 0; k < w->views; k++) r->wrong |= w->view_of[k] < 0 || w->view_of[k] >= w->improvements;
    for (int64_t k = 0; k < w->watched; k++) r->wrong |= w->watch[k] < 0 || w->watch[k] >= w->sites;
    r->wrong |= w->starts[0] != 0 || w->starts[w->regions] != w->sites;
    for (int64_t f = 0; f < w->forces && !r->wrong; f++) {
        Force *force = &w->force[f];
        force->improvement = number(r), force->step = number(r), force->of = number(r), force->stage = number(r), force->sites = number(r);
        force->site = READ(force->sites, int64_t);
        if (r->wrong || force->improvement < 0 || force->improvement >= w->improvements || force->stage < 0 || force->stage >= STAGES) r->wrong = 1;
        for (int64_t k = 0; k < force->sites && !r->wrong; k++) r->wrong |= force->site[k] < 0 || force->site[k] >= w->sites;
    }
    for (int64_t j = 0; j < w->improvements && !r->wrong; j++) read_improvement(r, w, &w->improvement[j]);
    int64_t each = w->improvements * w->width;
    w->counts = WRITE((w->steps + 1) * each * w->regions * STAGES, int32_t);
    w->flows = WRITE(w->steps * each * w->regions * FLOWS, int32_t);
    w->stages_watched = WRITE((w->steps + 1) * each * w->watched, uint8_t);
    w->in_use = WRITE(w->keep_sites ? (w->steps + 1) * w->improvements * w->sites : 0, int32_t);
    w->months_in_use = WRITE(w->keep_sites ? each * w->sites : 0, int32_t);
    w->lapses = WRITE(w->keep_sites ? each * w->sites : 0, int32_t);
    w->progress = WRITE(2, int64_t);
}

static PyObject *run(PyObject *self, PyObject *given) {
    (void)self;
    PyObject *numbers, *arrays;
    int variant;
    const char *manner;
    if (!PyArg_ParseTuple(given, "OOis", &numbers, &arrays, &variant, &manner)) return NULL;
    Variant found[3];
    if (variant < 0 || variant >= variants(found)) return PyErr_Format(PyExc_ValueError, "there is no variant %d here", variant);
    Py_buffer header;
    if (PyObject_GetBuffer(numbers, &header, PyBUF_CONTIG_RO) < 0) return NULL;
    World world;
    memset(&world, 0, sizeof world);
    Py_ssize_t many = PySequence_Size(arrays);
    Reader reader = {arrays, calloc((size_t)(many > 0 ? many : 0) + 1, sizeof(Py_buffer)), many, 0, header.buf, header.len / 8, 0, 0};
    PyObject *result = NULL;
    int outcome = NO_ROOM;
    if (!reader.held || many < 0) {
        reader.wrong = 1;
        if (!PyErr_Occurred()) PyErr_NoMemory();
    } else {
        read_world(&reader, &world);
    }
    if (!reader.wrong) {
        Py_BEGIN_ALLOW_THREADS
        outcome = (manner[0] == 's' ? found[variant].sites : found[variant].lanes)(&world);
        Py_END_ALLOW_THREADS
        result = outcome == NO_ROOM ? PyErr_NoMemory() : PyBool_FromLong(outcome == DONE);
    } else if (!PyErr_Occurred()) {
        PyErr_SetString(PyExc_ValueError, "what was handed to the kernel does not agree with itself");
    }
    for (Py_ssize_t k = 0; k < reader.next; k++) PyBuffer_Release(&reader.held[k]);
    for (int64_t j = 0; world.improvement && j < world.improvements; j++) free(world.improvement[j].varying), free(world.improvement[j].layer);
    free(reader.held), free(world.improvement), free(world.force);
    PyBuffer_Release(&header);
    return result;
}

static PyObject *names(PyObject *self, PyObject *none) {
    (void)self, (void)none;
    Variant found[3];
    int many = variants(found);
    PyObject *list = PyList_New(0);
    for (int k = 0; list && k < many; k++) {
        PyObject *name = PyUnicode_FromString(found[k].name);
        if (!name || PyList_Append(list, name) < 0) Py_CLEAR(list);
        Py_XDECREF(name);
    }
    return list;
}

static PyMethodDef methods[] = {
    {"run", run, METH_VARARGS, "Run one block of replicates: run(numbers, arrays, variant, manner). Says whether it came to the end."},
    {"variants", names, METH_NOARGS, "The variants that this processor can run, the widest first."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_kernel", "The compiled form of the kernel.", -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__kernel(void) { return PyModule_Create(&module); }
