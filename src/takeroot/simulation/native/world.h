/* What a kernel reads and writes, and the arithmetic of a draw for a single site: see kernel.py, which defines all. */
#ifndef TAKEROOT_WORLD_H
#define TAKEROOT_WORLD_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { STAGES = 8, LANES = 64, MOST_MOVES = 56, MOST_SLOTS = 7, MOST_LAYERS = 24, FLOWS = 5 };
enum { NOT_REACHED, EXPLORING, DECLINED, PREPARING, USING, EMBEDDED, PAUSED, STOPPED };
enum { BEGAN, LAPSED, BROUGHT_ON, WAITED, ADAPTED };
enum { ALONG_TIES, ALONG_ALL, ALONG_REGION, ALONG_SELF };
enum { FOR_MOVE, FOR_ADAPT, FOR_QUEUE, FOR_TURN };
#define IN_USE_BITS ((1 << USING) | (1 << EMBEDDED))
#define NO_MOVE (-10000.0f)
#define PARTS_LOST 8192
#define PARTS_FRESH 32768

typedef struct {
    int64_t along, view, share, unit;
    const int64_t *first;
    const int32_t *source, *weight, *since, *until; /* since and until: none, if all ties always hold */
    const float *scale, *at_least, *coefficients;   /* coefficients: by step and move */
} Layer;

typedef struct {
    int64_t rows;
    const float *table; /* by row and step */
    const int32_t *row;
    const float *coefficients;
} Varying;

typedef struct {
    int64_t moves, columns, rate, static_rows, varyings, layers, has_fit, restores, has_memory, fades, has_capacity;
    const uint8_t *source, *target, *needs;
    const float *fixed, *common;
    Varying *varying;
    Layer *layer;
    const float *fit, *memory;
    const double *capacity, *growth, *most;
    const uint8_t *stage;
    const uint16_t *lost, *fresh;
    uint8_t uses_fixed[MOST_MOVES + 2]; /* whether a column of what is fixed is not all nothing */
    int slot_of[MOST_MOVES]; /* which of its stage's moves a move is */
    int move_at[STAGES][MOST_SLOTS];
    int slots[STAGES];
} Improvement;

typedef struct {
    int64_t improvement, step, of, stage, sites;
    const int64_t *site;
} Force;

typedef struct {
    int64_t sites, steps, regions, improvements, views, forces, exclusive, block, width, watched, keep_sites;
    uint64_t seed;
    const int64_t *months, *starts, *since, *until, *view_of, *view_near, *watch;
    const uint64_t *ids;
    Force *force;
    Improvement *improvement;
    int32_t *counts, *flows, *in_use, *months_in_use, *lapses;
    uint8_t *stages_watched;
    volatile int64_t *progress; /* steps made; whether to stop */
} World;

/* Outcomes of a run: done, stopped as asked, or no memory for it. */
enum { DONE, STOPPED_AS_ASKED, NO_ROOM };

static inline int there(const World *w, int64_t site, int64_t standing) {
    int64_t month = w->months[standing];
    return w->since[site] <= month && month < w->until[site];
}

static inline int32_t *counts_of(const World *w, int64_t standing, int64_t number, int64_t region) {
    return w->counts + ((standing * w->improvements + number) * w->regions + region) * STAGES * w->width;
}

static inline int32_t *flows_of(const World *w, int64_t step, int64_t number, int64_t region) {
    return w->flows + ((step * w->improvements + number) * w->regions + region) * FLOWS * w->width;
}

static inline float exp_of(float x) {
    x = x > -60.0f ? x : -60.0f;
    x = x < 60.0f ? x : 60.0f;
    float whole = (x * 1.44269504088896341f + 12582912.0f) - 12582912.0f;
    x = (x - whole * 0.693359375f) - whole * -2.12194440e-4f;
    float y = 1.9875691500e-4f;
    y = y * x + 1.3981999507e-3f;
    y = y * x + 8.3334519073e-3f;
    y = y * x + 4.1665795894e-2f;
    y = y * x + 1.6666665459e-1f;
    y = y * x + 5.0000001201e-1f;
    y = (y * (x * x) + x) + 1.0f;
    union { uint32_t bits; float number; } power = {(uint32_t)((int32_t)whole + 127) << 23};
    return y * power.number;
}

static inline float uniform_of(uint32_t word) { return (float)(int32_t)((word >> 8) + 1) * 5.9604644775390625e-8f; }

/* What a move of a site, or adapting, or drift, adds up from before peers, fit and memory. */
static inline float utility_of(const Improvement *one, int64_t site, int64_t step, int64_t steps, int64_t column) {
    float base = one->common[step * one->columns + column];
    if (one->uses_fixed[column]) base = one->fixed[(one->static_rows == 1 ? 0 : site) * one->columns + column] + base;
    for (int64_t k = 0; k < one->varyings; k++) {
        const Varying *term = &one->varying[k];
        if (term->coefficients[column] == 0.0f) continue; /* nothing would be added */
        base = base + term->table[term->row[site] * steps + step] * term->coefficients[column];
    }
    return base;
}

static inline float scale_of(const World *w, const Layer *layer, int64_t site, int64_t region, int64_t step) {
    if (layer->along != ALONG_TIES) return layer->scale[step * w->regions + region];
    if (!layer->since || !layer->share) return layer->scale[site];
    int64_t month = w->months[step];
    int64_t held = 0;
    for (int64_t e = layer->first[site]; e < layer->first[site + 1]; e++)
        if (layer->since[e] <= month && month < layer->until[e]) held += layer->weight[e];
    return held > 0 ? 1.0f / (float)(int32_t)held : 0.0f;
}

static inline void philox_of(const World *w, uint64_t id, int64_t step, int purpose, int64_t number, int64_t lane, uint32_t word[4]) {
    uint32_t c0 = (uint32_t)(16 * w->block + lane % 16);
    uint32_t c1 = (uint32_t)w->months[step] | (uint32_t)purpose << 16 | (uint32_t)number << 24;
    uint32_t c2 = (uint32_t)id, c3 = (uint32_t)(id >> 32), k0 = (uint32_t)w->seed, k1 = (uint32_t)(w->seed >> 32);
    for (int round = 0; round < 10; round++) {
        uint64_t first = (uint64_t)c0 * 0xD2511F53u, second = (uint64_t)c2 * 0xCD9E8D57u;
        uint32_t c1_before = c1, c3_before = c3;
        c0 = (uint32_t)(second >> 32) ^ c1_before ^ k0;
        c1 = (uint32_t)second;
        c2 = (uint32_t)(first >> 32) ^ c3_before ^ k1;
        c3 = (uint32_t)first;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    word[0] = c0, word[1] = c1, word[2] = c2, word[3] = c3;
}

static inline uint32_t draw_of(const World *w, int64_t site, int64_t step, int purpose, int64_t number, int64_t lane) {
    uint32_t word[4];
    philox_of(w, w->ids[site], step, purpose, number, lane, word);
    return word[lane / 16];
}

/* Who waits: a lot, and the site that drew it. */
typedef struct { uint32_t lot, site; } Lot;

static inline int before(const World *w, Lot a, Lot b) {
    return a.lot != b.lot ? a.lot < b.lot : w->ids[a.site] < w->ids[b.site];
}

/* Puts the lots that come first, as many as there is room for, before the others. */
static inline void first_in_queue(const World *w, Lot *lots, int64_t many, int64_t room) {
    int64_t low = 0, high = many;
    while (high - low > 1 && low < room && room < high) {
        Lot pivot = lots[low + (high - low) / 2];
        int64_t left = low, right = high - 1;
        while (left <= right) {
            while (before(w, lots[left], pivot)) left++;
            while (before(w, pivot, lots[right])) right--;
            if (left <= right) {
                Lot swapped = lots[left];
                lots[left++] = lots[right];
                lots[right--] = swapped;
            }
        }
        if (room <= right + 1) high = right + 1;
        else if (room >= left) low = left;
        else return;
    }
}

/* How many can be brought on in a region; what is left of the parts of a site is carried on. */
static inline int64_t room_of(const World *w, const Improvement *one, int64_t step, int64_t region, int64_t in_use, double *carried) {
    double rate = one->capacity[step * w->regions + region] + one->growth[step * w->regions + region] * (double)in_use;
    if (rate > *one->most) rate = *one->most;
    double room = *carried + (rate > 0.0 ? rate : 0.0);
    int64_t whole = room < 4e18 ? (int64_t)room : (int64_t)4e18;
    *carried = room - (double)whole;
    return whole;
}

#endif
