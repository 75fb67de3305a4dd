/* Vectors of WIDE numbers, by what the compiler is told that the processor has. Included once for each variant. */

#define JOINED_(a, b) a##b
#define JOINED(a, b) JOINED_(a, b)
#define NAME(name) JOINED(name, VARIANT)
#define INLINE static inline __attribute__((always_inline)) TARGET

typedef float NAME(vf) __attribute__((vector_size(4 * WIDE)));
typedef int32_t NAME(vi) __attribute__((vector_size(4 * WIDE)));
typedef uint32_t NAME(vu) __attribute__((vector_size(4 * WIDE)));
typedef uint64_t NAME(vd) __attribute__((vector_size(4 * WIDE)));
typedef uint16_t NAME(vh) __attribute__((vector_size(2 * WIDE)));
typedef uint32_t NAME(vn) __attribute__((vector_size(2 * WIDE)));
#define vf NAME(vf)
#define vi NAME(vi)
#define vu NAME(vu)
#define vd NAME(vd)
#define vh NAME(vh)
#define vn NAME(vn)
#define VECTORS (LANES / WIDE)

INLINE vi NAME(spread)(int32_t x) { return (vi){0} + x; }
INLINE vf NAME(spread_f)(float x) { return (vf){0} + x; }
#define spread NAME(spread)
#define spread_f NAME(spread_f)

#if WIDE == 16
INLINE vf NAME(look_up)(const float *table, vi at) {
    return (vf)_mm512_permutexvar_ps((__m512i)at, _mm512_castps256_ps512(_mm256_loadu_ps(table)));
}
INLINE vi NAME(where)(uint64_t bits, int v, vi value) {
    return (vi)_mm512_maskz_mov_epi32((__mmask16)(bits >> (16 * v)), (__m512i)value);
}
INLINE uint64_t NAME(at_most)(vf a, vf b, int v) {
    return (uint64_t)_mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_LE_OQ) << (16 * v);
}
INLINE vd NAME(product)(vd a, uint32_t b) { return (vd)_mm512_mul_epu32((__m512i)a, _mm512_set1_epi64(b)); }
INLINE vf NAME(larger)(vf a, vf b) { return (vf)_mm512_max_ps((__m512)a, (__m512)b); }
INLINE vf NAME(smaller)(vf a, vf b) { return (vf)_mm512_min_ps((__m512)a, (__m512)b); }
#elif WIDE == 8
INLINE vf NAME(look_up)(const float *table, vi at) {
    return (vf)_mm256_permutevar8x32_ps(_mm256_loadu_ps(table), (__m256i)at);
}
INLINE vi NAME(where)(uint64_t bits, int v, vi value) {
    const vi lane = {1, 2, 4, 8, 16, 32, 64, 128};
    return (vi)((spread((int32_t)(bits >> (8 * v) & 255)) & lane) == lane) & value;
}
INLINE uint64_t NAME(at_most)(vf a, vf b, int v) {
    return (uint64_t)(uint32_t)_mm256_movemask_ps(_mm256_cmp_ps((__m256)a, (__m256)b, _CMP_LE_OQ)) << (8 * v);
}
INLINE vd NAME(product)(vd a, uint32_t b) { return (vd)_mm256_mul_epu32((__m256i)a, _mm256_set1_epi64x(b)); }
INLINE vf NAME(larger)(vf a, vf b) { return (vf)_mm256_max_ps((__m256)a, (__m256)b); }
INLINE vf NAME(smaller)(vf a, vf b) { return (vf)_mm256_min_ps((__m256)a, (__m256)b); }
#else
INLINE vf NAME(look_up)(const float *table, vi at) { return (vf){table[at[0]], table[at[1]], table[at[2]], table[at[3]]}; }
INLINE vi NAME(where)(uint64_t bits, int v, vi value) {
    const vi lane = {1, 2, 4, 8};
    return (vi)((spread((int32_t)(bits >> (4 * v) & 15)) & lane) == lane) & value;
}
INLINE uint64_t NAME(at_most)(vf a, vf b, int v) {
    vi yes = a <= b;
    return (uint64_t)((yes[0] & 1) | (yes[1] & 2) | (yes[2] & 4) | (yes[3] & 8)) << (4 * v);
}
INLINE vd NAME(product)(vd a, uint32_t b) { return (a & 0xFFFFFFFFu) * (uint64_t)b; }
INLINE vf NAME(larger)(vf a, vf b) {
    vi yes = a > b;
    return (vf)(((vi)a & yes) | ((vi)b & ~yes));
}
INLINE vf NAME(smaller)(vf a, vf b) {
    vi yes = a < b;
    return (vf)(((vi)a & yes) | ((vi)b & ~yes));
}
#endif
#define look_up NAME(look_up)
#define where NAME(where)
#define at_most NAME(at_most)
#define product NAME(product)
#define larger NAME(larger)
#define smaller NAME(smaller)

INLINE vf NAME(exp_)(vf x) {
    vf nearest = spread_f(12582912.0f);
    x = smaller(larger(x, spread_f(-60.0f)), spread_f(60.0f));
    vf whole = (x * 1.44269504088896341f + nearest) - nearest;
    x = (x - whole * 0.693359375f) - whole * -2.12194440e-4f;
    vf y = spread_f(1.9875691500e-4f);
    y = y * x + 1.3981999507e-3f;
    y = y * x + 8.3334519073e-3f;
    y = y * x + 4.1665795894e-2f;
    y = y * x + 1.6666665459e-1f;
    y = y * x + 5.0000001201e-1f;
    y = (y * (x * x) + x) + 1.0f;
    return y * (vf)((__builtin_convertvector(whole, vi) + 127) << 23);
}
#define exp_ NAME(exp_)

INLINE vf NAME(uniform)(vu word) { return __builtin_convertvector((vi)(word >> 8) + 1, vf) * 5.9604644775390625e-8f; }
#define uniform NAME(uniform)

/* Four words of Philox4x32-10 for WIDE / 2 counters, each in the lower half of a wide lane. */
INLINE void NAME(philox)(vd c0, vd c1, vd c2, vd c3, uint64_t seed, vd word[4]) {
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    for (int round = 0; round < 10; round++) {
        vd first = product(c0, 0xD2511F53u), second = product(c2, 0xCD9E8D57u);
        vd c1_before = c1, c3_before = c3;
        c0 = (second >> 32) ^ c1_before ^ (uint64_t)k0;
        c1 = second;
        c2 = (first >> 32) ^ c3_before ^ (uint64_t)k1;
        c3 = first;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    word[0] = c0, word[1] = c1, word[2] = c2, word[3] = c3;
}
#define philox NAME(philox)

/* The draws of one site for all lanes: sixteen counters, four words each. */
INLINE void NAME(draws)(const World *w, int64_t site, int64_t step, int purpose, int64_t number, uint32_t words[LANES]) {
    const vd ramp = (vd){0} +
#if WIDE == 16
        (vd){0, 1, 2, 3, 4, 5, 6, 7};
#elif WIDE == 8
        (vd){0, 1, 2, 3};
#else
        (vd){0, 1};
#endif
    uint64_t id = w->ids[site];
    uint64_t when = (uint64_t)w->months[step] | (uint64_t)purpose << 16 | (uint64_t)number << 24;
    for (int part = 0; part < 16; part += WIDE / 2) {
        vd word[4];
        philox(ramp + (uint64_t)(16 * w->block + part), (vd){0} + when, (vd){0} + (id & 0xFFFFFFFFu), (vd){0} + (id >> 32), w->seed, word);
        for (int j = 0; j < 4; j++) {
            vn narrow = __builtin_convertvector(word[j], vn);
            memcpy(words + 16 * j + part, &narrow, sizeof narrow);
        }
    }
}
#define draws NAME(draws)
