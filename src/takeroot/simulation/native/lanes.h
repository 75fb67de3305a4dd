/* Replicates as lanes: 64 histories side by side. A stage is three bits, each a word of 64 lanes, so that all but the
   arithmetic of utilities is logic on words. Included once for each variant. */

/* Counting by lane: four planes of bits hold up to fifteen, and then go to whole numbers. */
typedef struct { uint64_t plane[4]; int held; int32_t total[LANES]; } NAME(Tally);
#define Tally NAME(Tally)

INLINE void NAME(add_planes)(const uint64_t plane[4], int32_t total[LANES]) {
    for (int v = 0; v < VECTORS; v++) {
        vi sum;
        memcpy(&sum, total + WIDE * v, sizeof sum);
        for (int bit = 0; bit < 4; bit++) sum += where(plane[bit], v, spread(1 << bit));
        memcpy(total + WIDE * v, &sum, sizeof sum);
    }
}

INLINE void NAME(tally)(Tally *t, uint64_t mask) {
    uint64_t carry = mask, next;
    for (int bit = 0; bit < 4; bit++) {
        next = t->plane[bit] & carry;
        t->plane[bit] ^= carry;
        carry = next;
    }
    if (++t->held == 15) {
        NAME(add_planes)(t->plane, t->total);
        memset(t->plane, 0, sizeof t->plane);
        t->held = 0;
    }
}
#define tally NAME(tally)

INLINE const int32_t *NAME(told)(Tally *t) {
    if (t->held) NAME(add_planes)(t->plane, t->total);
    memset(t->plane, 0, sizeof t->plane);
    t->held = 0;
    return t->total;
}
#define told NAME(told)

/* Which lanes stand at each stage. */
INLINE void NAME(standing)(const uint64_t bits[3], uint64_t at[STAGES]) {
    uint64_t a = bits[0], b = bits[1], c = bits[2];
    uint64_t low[4] = {~b & ~a, ~b & a, b & ~a, b & a};
    for (int s = 0; s < 4; s++) at[s] = low[s] & ~c, at[s + 4] = low[s] & c;
}
#define standing NAME(standing)

INLINE uint64_t NAME(among)(const uint64_t at[STAGES], int64_t near) {
    uint64_t any = 0;
    for (int s = 0; s < STAGES; s++) any |= near >> s & 1 ? at[s] : 0;
    return any;
}
#define among NAME(among)

INLINE void NAME(put)(uint64_t bits[3], uint64_t lanes, int stage) {
    for (int bit = 0; bit < 3; bit++) bits[bit] = stage >> bit & 1 ? bits[bit] | lanes : bits[bit] & ~lanes;
}
#define put NAME(put)

/* How near the peers of a site are, in all lanes. */
INLINE void NAME(exposure)(const World *w, const Layer *layer, const uint64_t *view, const int32_t (*totals)[LANES], int64_t site, int64_t region, int64_t step, int vectors, vf out[VECTORS]) {
    vi sum[VECTORS];
    for (int v = 0; v < vectors; v++) sum[v] = spread(0);
    if (layer->along == ALONG_SELF) {
        for (int v = 0; v < vectors; v++) out[v] = (vf)where(view[site], v, (vi)spread_f(1.0f));
        return;
    }
    if (layer->along != ALONG_TIES) {
        const int32_t *total = totals[layer->along == ALONG_ALL ? w->regions : region];
        for (int v = 0; v < vectors; v++) {
            memcpy(&sum[v], total + WIDE * v, sizeof sum[v]);
            sum[v] -= where(view[site], v, spread(1));
        }
    } else if (layer->unit) {
        int64_t e = layer->first[site], last = layer->first[site + 1], month = w->months[step];
        while (e < last) {
            uint64_t plane[4] = {0, 0, 0, 0};
            int64_t until = e + 15 < last ? e + 15 : last;
            for (; e < until; e++) {
                uint64_t carry = view[layer->source[e]], next;
                if (layer->since && !(layer->since[e] <= month && month < layer->until[e])) carry = 0;
                for (int bit = 0; bit < 4; bit++) {
                    next = plane[bit] & carry;
                    plane[bit] ^= carry;
                    carry = next;
                }
            }
            for (int v = 0; v < vectors; v++)
                for (int bit = 0; bit < 4; bit++) sum[v] += where(plane[bit], v, spread(1 << bit));
        }
    } else {
        int64_t month = w->months[step];
        for (int64_t e = layer->first[site]; e < layer->first[site + 1]; e++) {
            uint64_t near = view[layer->source[e]];
            if (!near || (layer->since && !(layer->since[e] <= month && month < layer->until[e]))) continue;
            vi weight = spread(layer->weight[e]);
            for (int v = 0; v < vectors; v++) sum[v] += where(near, v, weight);
        }
    }
    vf scale = spread_f(scale_of(w, layer, site, region, step));
    for (int v = 0; v < vectors; v++) {
        out[v] = __builtin_convertvector(sum[v], vf) * scale;
        if (layer->at_least) {
            vf floor = spread_f(layer->at_least[site]);
            out[v] = (vf)((vi)(out[v] >= floor) & (vi)spread_f(1.0f));
        }
    }
}

/* The tables that a stage is looked up in, for the moves of one improvement in one step. */
typedef struct {
    float base[MOST_SLOTS][STAGES], fit[MOST_SLOTS][STAGES], memory[MOST_SLOTS][STAGES];
    float near[MOST_LAYERS][MOST_SLOTS][STAGES];
} NAME(Tables);
#define Tables NAME(Tables)

TARGET static void NAME(tables_of)(const Improvement *one, int64_t step, Tables *t) {
    memset(t, 0, sizeof *t);
    for (int s = 0; s < MOST_SLOTS; s++)
        for (int a = 0; a < STAGES; a++) t->base[s][a] = NO_MOVE;
    for (int64_t m = 0; m < one->moves; m++) {
        int a = one->source[m], s = one->slot_of[m];
        if (one->has_fit) t->fit[s][a] = one->fit[m];
        if (one->has_memory) t->memory[s][a] = one->memory[m];
        for (int64_t k = 0; k < one->layers; k++) t->near[k][s][a] = one->layer[k].coefficients[step * one->moves + m];
    }
}

/* One site draws its moves: the lanes in which each of its stage's moves is the one, by slot. */
INLINE void NAME(drawn)(const World *w, const Improvement *one, Tables *t, int64_t number, int64_t site, int64_t step, int vectors, int slots, const uint64_t bits[3], const uint16_t *lost, const uint16_t *fresh, vf near[MOST_LAYERS][VECTORS], uint64_t fired[MOST_SLOTS]) {
    uint32_t words[LANES];
    draws(w, site, step, FOR_MOVE, number, words);
    for (int s = 0; s < slots; s++) fired[s] = 0;
    for (int v = 0; v < vectors; v++) {
        vi stage = where(bits[0], v, spread(1)) | where(bits[1], v, spread(2)) | where(bits[2], v, spread(4));
        vf height[MOST_SLOTS], total = spread_f(0.0f), lost_v = total, fresh_v = total;
        if (lost) {
            vh raw;
            memcpy(&raw, lost + WIDE * v, sizeof raw);
            lost_v = __builtin_convertvector(__builtin_convertvector(raw, vi), vf) * (1.0f / PARTS_LOST);
        }
        if (fresh) {
            vh raw;
            memcpy(&raw, fresh + WIDE * v, sizeof raw);
            fresh_v = __builtin_convertvector(__builtin_convertvector(raw, vi), vf) * (1.0f / PARTS_FRESH);
        }
        for (int s = 0; s < slots; s++) {
            vf utility = look_up(t->base[s], stage);
            for (int64_t k = 0; k < one->layers; k++) utility = utility + look_up(t->near[k][s], stage) * near[k][v];
            if (lost) utility = utility + look_up(t->fit[s], stage) * lost_v;
            if (fresh) utility = utility + look_up(t->memory[s], stage) * fresh_v;
            vf weight = one->rate ? larger(utility, spread_f(0.0f)) : exp_(utility);
            total = s ? total + weight : weight;
            height[s] = total;
        }
        vu word;
        memcpy(&word, words + WIDE * v, sizeof word);
        vf draw = uniform(word);
        if (one->rate) {
            vf any = 1.0f - exp_(-total);
            draw = draw * (total + 1e-30f);
            for (int s = 0; s < slots; s++) height[s] = height[s] * any;
        } else {
            draw = draw * (1.0f + total);
        }
        for (int s = 0; s < slots; s++) fired[s] |= at_most(draw, height[s], v);
    }
}

/* Everything that a block of replicates holds while it is at work. */
typedef struct {
    uint64_t (*bits[8])[3], (*after[8])[3], *wants;
    uint16_t *lost[8], *fresh[8];
    uint64_t **view;
    int32_t (**totals)[LANES];
    double *carried;
    Lot *lots;
    int64_t room_for_lots;
    Tables *tables;
} NAME(Blocks);
#define Blocks NAME(Blocks)

TARGET static void NAME(count)(const World *w, Blocks *b, int64_t standing_number) {
    uint64_t valid = w->width == 64 ? ~(uint64_t)0 : ((uint64_t)1 << w->width) - 1;
    for (int64_t j = 0; j < w->improvements; j++) {
        for (int64_t g = 0; g < w->regions; g++) {
            Tally by_stage[STAGES];
            memset(by_stage, 0, sizeof by_stage);
            for (int64_t i = w->starts[g]; i < w->starts[g + 1]; i++) {
                if (!there(w, i, standing_number)) continue;
                uint64_t at[STAGES];
                standing(b->bits[j][i], at);
                for (int s = 0; s < STAGES; s++) tally(&by_stage[s], at[s]);
                if (w->keep_sites)
                    w->in_use[(standing_number * w->improvements + j) * w->sites + i] = __builtin_popcountll((at[USING] | at[EMBEDDED]) & valid);
            }
            int32_t *counts = counts_of(w, standing_number, j, g);
            for (int s = 0; s < STAGES; s++) memcpy(counts + s * w->width, told(&by_stage[s]), (size_t)w->width * 4);
        }
        for (int64_t i = 0; i < w->watched; i++) {
            uint8_t *out = w->stages_watched + ((standing_number * w->improvements + j) * w->watched + i) * w->width;
            const uint64_t *bits = b->bits[j][w->watch[i]];
            for (int64_t lane = 0; lane < w->width; lane++)
                out[lane] = (uint8_t)((bits[0] >> lane & 1) | (bits[1] >> lane & 1) << 1 | (bits[2] >> lane & 1) << 2);
        }
    }
}

TARGET static void NAME(look_around)(const World *w, Blocks *b, int64_t step) {
    for (int64_t k = 0; k < w->views; k++) {
        const uint64_t(*bits)[3] = (const uint64_t(*)[3])b->bits[w->view_of[k]];
        int64_t near = w->view_near[k];
        for (int64_t g = 0; g < w->regions; g++) {
            Tally all;
            memset(&all, 0, sizeof all);
            for (int64_t i = w->starts[g]; i < w->starts[g + 1]; i++) {
                uint64_t at[STAGES];
                standing(bits[i], at);
                b->view[k][i] = there(w, i, step) ? among(at, near) : 0;
                if (b->totals[k]) tally(&all, b->view[k][i]);
            }
            if (b->totals[k]) memcpy(b->totals[k][g], told(&all), sizeof all.total);
        }
        if (b->totals[k]) {
            int32_t *all = b->totals[k][w->regions];
            memset(all, 0, sizeof all[0] * LANES);
            for (int64_t g = 0; g < w->regions; g++)
                for (int lane = 0; lane < LANES; lane++) all[lane] += b->totals[k][g][lane];
        }
    }
}

TARGET static void NAME(move)(const World *w, Blocks *b, int64_t number, int64_t step) {
    const Improvement *one = &w->improvement[number];
    Tables *t = b->tables;
    NAME(tables_of)(one, step, t);
    int vectors = (int)((w->width + WIDE - 1) / WIDE);
    for (int64_t g = 0; g < w->regions; g++) {
        for (int64_t i = w->starts[g]; i < w->starts[g + 1]; i++) {
            uint64_t *bits = b->bits[number][i], *after = b->after[number][i];
            memcpy(after, bits, sizeof(uint64_t[3]));
            if (i + 12 < w->sites)
                for (int64_t k = 0; k < one->layers; k++)
                    if (one->layer[k].along == ALONG_TIES) {
                        const Layer *layer = &one->layer[k];
                        for (int64_t e = layer->first[i + 12]; e < layer->first[i + 13] && e < layer->first[i + 12] + 16; e++)
                            __builtin_prefetch(&b->view[layer->view][layer->source[e]]);
                    }
            if (!there(w, i, step)) continue;
            uint64_t at[STAGES];
            standing(bits, at);
            int slots = 0;
            for (int a = 0; a < STAGES; a++)
                if (at[a] && one->slots[a] > slots) slots = one->slots[a];
            if (!slots) continue;
            for (int64_t m = 0; m < one->moves; m++)
                t->base[one->slot_of[m]][one->source[m]] = utility_of(one, i, step, w->steps, m);
            vf near[MOST_LAYERS][VECTORS];
            for (int64_t k = 0; k < one->layers; k++) {
                const Layer *layer = &one->layer[k];
                NAME(exposure)(w, layer, b->view[layer->view], (const int32_t(*)[LANES])b->totals[layer->view], i, g, step, vectors, near[k]);
            }
            uint64_t fired[MOST_SLOTS], open = ~(uint64_t)0;
            NAME(drawn)(w, one, t, number, i, step, vectors, slots, bits, b->lost[number] ? b->lost[number] + LANES * i : NULL, b->fresh[number] ? b->fresh[number] + LANES * i : NULL, near, fired);
            for (int s = 0; s < slots; s++) {
                uint64_t first = fired[s] & open;
                open &= ~fired[s];
                for (int a = 0; a < STAGES && first; a++)
                    if (s < one->slots[a] && (at[a] & first)) put(after, at[a] & first, one->target[one->move_at[a][s]]);
            }
        }
    }
}

/* Of improvements that exclude each other a site uses one. */
TARGET static void NAME(settle_turns)(const World *w, Blocks *b, int64_t step) {
    for (int64_t i = 0; i < w->sites; i++) {
        uint64_t begins[8], busy = 0, once = 0, many = 0;
        for (int64_t j = 0; j < w->improvements; j++) {
            uint64_t at[STAGES], now[STAGES];
            standing(b->bits[j][i], at);
            standing(b->after[j][i], now);
            uint64_t used = among(at, IN_USE_BITS);
            busy |= used;
            begins[j] = among(now, IN_USE_BITS) & ~used;
            many |= once & begins[j];
            once |= begins[j];
        }
        if (!(once & busy) && !many) continue;
        uint64_t kept[8] = {0};
        for (uint64_t left = many; left; left &= left - 1) {
            int lane = __builtin_ctzll(left);
            int64_t best = -1;
            uint32_t least = 0;
            for (int64_t j = 0; j < w->improvements; j++)
                if (begins[j] >> lane & 1) {
                    uint32_t draw = draw_of(w, i, step, FOR_TURN, j, lane);
                    if (best < 0 || draw < least) best = j, least = draw;
                }
            kept[best] |= (uint64_t)1 << lane;
        }
        for (int64_t j = 0; j < w->improvements; j++) {
            uint64_t back = begins[j] & (busy | (many & ~kept[j]));
            for (int bit = 0; bit < 3; bit++)
                b->after[j][i][bit] = (b->after[j][i][bit] & ~back) | (b->bits[j][i][bit] & back);
        }
    }
}

/* No more sites than there is capacity for are brought on. */
TARGET static int NAME(settle_queue)(const World *w, Blocks *b, int64_t number, int64_t step) {
    const Improvement *one = &w->improvement[number];
    uint64_t valid = w->width == 64 ? ~(uint64_t)0 : ((uint64_t)1 << w->width) - 1;
    int any = 0;
    for (int64_t m = 0; m < one->moves; m++) any |= one->needs[m];
    for (int64_t g = 0; g < w->regions; g++) {
        Tally wanted;
        memset(&wanted, 0, sizeof wanted);
        for (int64_t i = w->starts[g]; any && i < w->starts[g + 1]; i++) {
            uint64_t at[STAGES], now[STAGES], mask = 0;
            standing(b->bits[number][i], at);
            standing(b->after[number][i], now);
            for (int64_t m = 0; m < one->moves; m++)
                if (one->needs[m]) mask |= at[one->source[m]] & now[one->target[m]];
            b->wants[i] = mask & valid;
            tally(&wanted, mask & valid);
        }
        const int32_t *many = told(&wanted);
        int32_t *flows = flows_of(w, step, number, g), *counts = counts_of(w, step, number, g);
        uint64_t over = 0;
        int64_t room[LANES], begin[LANES + 1] = {0};
        for (int64_t lane = 0; lane < w->width; lane++) {
            room[lane] = INT64_MAX;
            if (one->has_capacity) {
                int64_t in_use = (int64_t)counts[USING * w->width + lane] + counts[EMBEDDED * w->width + lane];
                room[lane] = room_of(w, one, step, g, in_use, &b->carried[(number * w->regions + g) * LANES + lane]);
            }
            int waits = many[lane] > room[lane];
            over |= (uint64_t)waits << lane;
            begin[lane + 1] = begin[lane] + (waits ? many[lane] : 0);
            flows[WAITED * w->width + lane] = waits ? (int32_t)(many[lane] - room[lane]) : 0;
            flows[BROUGHT_ON * w->width + lane] = waits ? (int32_t)room[lane] : many[lane];
        }
        if (!over) continue;
        if (begin[w->width] > b->room_for_lots) {
            b->room_for_lots = 2 * begin[w->width];
            Lot *more = realloc(b->lots, (size_t)b->room_for_lots * sizeof(Lot));
            if (!more) return NO_ROOM;
            b->lots = more;
        }
        int64_t end[LANES];
        memcpy(end, begin, sizeof end);
        for (int64_t i = w->starts[g]; i < w->starts[g + 1]; i++) {
            uint64_t mask = b->wants[i] & over;
            if (!mask) continue;
            uint32_t words[LANES];
            draws(w, i, step, FOR_QUEUE, number, words);
            for (; mask; mask &= mask - 1) {
                int lane = __builtin_ctzll(mask);
                b->lots[end[lane]++] = (Lot){words[lane], (uint32_t)i};
            }
        }
        for (uint64_t left = over; left; left &= left - 1) {
            int lane = __builtin_ctzll(left);
            Lot *lots = b->lots + begin[lane];
            first_in_queue(w, lots, many[lane], room[lane]);
            uint64_t back = (uint64_t)1 << lane;
            for (int64_t k = room[lane]; k < many[lane]; k++)
                for (int bit = 0; bit < 3; bit++) {
                    uint64_t *after = &b->after[number][lots[k].site][bit];
                    *after = (*after & ~back) | (b->bits[number][lots[k].site][bit] & back);
                }
        }
    }
    return DONE;
}

TARGET static void NAME(force)(const World *w, Blocks *b, int64_t step) {
    for (int64_t f = 0; f < w->forces; f++) {
        const Force *force = &w->force[f];
        for (int64_t k = 0; force->step == step && k < force->sites; k++) {
            int64_t i = force->site[k];
            if (!there(w, i, step)) continue;
            uint64_t at[STAGES];
            standing(b->after[force->improvement][i], at);
            uint64_t free = among(at, force->of);
            if (w->exclusive && IN_USE_BITS >> force->stage & 1)
                for (int64_t j = 0; j < w->improvements; j++)
                    if (j != force->improvement) {
                        standing(b->after[j][i], at);
                        free &= ~among(at, IN_USE_BITS);
                    }
            put(b->after[force->improvement][i], free, (int)force->stage);
        }
    }
}

/* Begin, lapse, drift, adapt, forget. */
TARGET static void NAME(finish)(const World *w, Blocks *b, int64_t number, int64_t step) {
    const Improvement *one = &w->improvement[number];
    for (int64_t g = 0; g < w->regions; g++) {
        Tally beginning, lapsing, adapting;
        memset(&beginning, 0, sizeof beginning);
        memset(&lapsing, 0, sizeof lapsing);
        memset(&adapting, 0, sizeof adapting);
        for (int64_t i = w->starts[g]; i < w->starts[g + 1]; i++) {
            uint64_t *bits = b->bits[number][i], *after = b->after[number][i];
            uint64_t at[STAGES], now[STAGES], here = there(w, i, step) ? ~(uint64_t)0 : 0;
            standing(bits, at);
            standing(after, now);
            uint64_t used = at[USING] | at[EMBEDDED], using = now[USING] | now[EMBEDDED];
            uint64_t began = using & ~used & here, lapsed = now[STOPPED] & (used | at[PAUSED]) & here, kept = using & here, adapted = 0;
            tally(&beginning, began);
            tally(&lapsing, lapsed);
            if (one->has_fit && kept) {
                uint64_t stayed = kept & used;
                if (stayed) {
                    uint32_t words[LANES];
                    draws(w, i, step, FOR_ADAPT, number, words);
                    float chance = exp_of(utility_of(one, i, step, w->steps, one->moves));
                    for (int v = 0; v < VECTORS; v++) {
                        vu word;
                        memcpy(&word, words + WIDE * v, sizeof word);
                        adapted |= at_most(uniform(word) * (1.0f + chance), spread_f(chance), v);
                    }
                    adapted &= stayed;
                    tally(&adapting, adapted);
                }
                float drift = utility_of(one, i, step, w->steps, one->moves + 1);
                drift = (drift > 0.0f ? drift : 0.0f) * (float)PARTS_LOST + 0.5f;
                vu drifts = (vu)spread(drift < 65536.0f ? (int32_t)drift : 65536), most = (vu)spread(65535);
                for (int v = 0; v < VECTORS; v++) {
                    vh raw;
                    uint16_t *place = b->lost[number] + LANES * i + WIDE * v;
                    memcpy(&raw, place, sizeof raw);
                    vu lost = __builtin_convertvector(raw, vu) & (vu)where(~began, v, spread(-1));
                    vu restored = (lost * (uint32_t)one->restores) >> 16;
                    lost -= restored & (vu)where(adapted, v, spread(-1));
                    vu drifted = lost + drifts, beyond = (vu)(drifted > most);
                    drifted = (most & beyond) | (drifted & ~beyond);
                    vu keeps = (vu)where(kept, v, spread(-1));
                    lost = (drifted & keeps) | (lost & ~keeps);
                    raw = __builtin_convertvector(lost, vh);
                    memcpy(place, &raw, sizeof raw);
                }
            }
            if (one->has_memory)
                for (int v = 0; v < VECTORS; v++) {
                    vh raw;
                    uint16_t *place = b->fresh[number] + LANES * i + WIDE * v;
                    memcpy(&raw, place, sizeof raw);
                    vu fresh = (__builtin_convertvector(raw, vu) * (uint32_t)one->fades) >> 16;
                    vu stops = (vu)where(lapsed, v, spread(-1));
                    fresh = ((vu)spread(PARTS_FRESH) & stops) | (fresh & ~stops);
                    raw = __builtin_convertvector(fresh, vh);
                    memcpy(place, &raw, sizeof raw);
                }
            memcpy(bits, after, sizeof(uint64_t[3]));
            if (w->keep_sites)
                for (int64_t lane = 0; lane < w->width; lane++) {
                    w->months_in_use[(number * w->sites + i) * w->width + lane] += (int32_t)(kept >> lane & 1);
                    w->lapses[(number * w->sites + i) * w->width + lane] += (int32_t)(lapsed >> lane & 1);
                }
        }
        int32_t *flows = flows_of(w, step, number, g);
        memcpy(flows + BEGAN * w->width, told(&beginning), (size_t)w->width * 4);
        memcpy(flows + LAPSED * w->width, told(&lapsing), (size_t)w->width * 4);
        memcpy(flows + ADAPTED * w->width, told(&adapting), (size_t)w->width * 4);
    }
}

TARGET static int NAME(steps_of_lanes)(const World *w, Blocks *b) {
    NAME(count)(w, b, 0);
    for (int64_t step = 0; step < w->steps; step++) {
        NAME(look_around)(w, b, step);
        for (int64_t j = 0; j < w->improvements; j++) NAME(move)(w, b, j, step);
        if (w->exclusive) NAME(settle_turns)(w, b, step);
        for (int64_t j = 0; j < w->improvements; j++)
            if (NAME(settle_queue)(w, b, j, step) != DONE) return NO_ROOM;
        NAME(force)(w, b, step);
        for (int64_t j = 0; j < w->improvements; j++) NAME(finish)(w, b, j, step);
        NAME(count)(w, b, step + 1);
        w->progress[0]++;
        if (w->progress[1]) return STOPPED_AS_ASKED;
    }
    return DONE;
}

TARGET static int NAME(run_lanes)(const World *w) {
    Blocks b;
    memset(&b, 0, sizeof b);
    size_t n = (size_t)w->sites;
    int outcome = NO_ROOM, room = 1;
    room &= (b.wants = malloc(n * 8 + 8)) != NULL;
    room &= (b.tables = malloc(sizeof *b.tables)) != NULL;
    room &= (b.carried = calloc((size_t)(w->improvements * w->regions * LANES) + 1, 8)) != NULL;
    room &= (b.view = calloc((size_t)w->views + 1, sizeof *b.view)) != NULL;
    room &= (b.totals = calloc((size_t)w->views + 1, sizeof *b.totals)) != NULL;
    for (int64_t k = 0; room && k < w->views; k++) room &= (b.view[k] = malloc(n * 8 + 8)) != NULL;
    for (int64_t j = 0; room && j < w->improvements; j++) {
        const Improvement *one = &w->improvement[j];
        room &= (b.bits[j] = malloc(n * 24 + 24)) != NULL && (b.after[j] = malloc(n * 24 + 24)) != NULL;
        if (one->has_fit) room &= (b.lost[j] = malloc(n * LANES * 2 + 2)) != NULL;
        if (one->has_memory) room &= (b.fresh[j] = malloc(n * LANES * 2 + 2)) != NULL;
        for (size_t i = 0; room && i < n; i++) {
            for (int bit = 0; bit < 3; bit++) b.bits[j][i][bit] = one->stage[i] >> bit & 1 ? ~(uint64_t)0 : 0;
            for (size_t lane = 0; lane < LANES; lane++) {
                if (one->has_fit) b.lost[j][LANES * i + lane] = one->lost[i];
                if (one->has_memory) b.fresh[j][LANES * i + lane] = one->fresh[i];
            }
        }
        for (int64_t k = 0; room && k < one->layers; k++) {
            const Layer *layer = &one->layer[k];
            if ((layer->along == ALONG_ALL || layer->along == ALONG_REGION) && !b.totals[layer->view])
                room &= (b.totals[layer->view] = malloc((size_t)(w->regions + 1) * LANES * 4)) != NULL;
        }
    }
    if (room) outcome = NAME(steps_of_lanes)(w, &b);
    for (int64_t j = 0; j < w->improvements; j++) free(b.bits[j]), free(b.after[j]), free(b.lost[j]), free(b.fresh[j]);
    for (int64_t k = 0; b.view && k < w->views; k++) free(b.view[k]);
    for (int64_t k = 0; b.totals && k < w->views; k++) free(b.totals[k]);
    free(b.wants), free(b.tables), free(b.carried), free(b.view), free(b.totals), free(b.lots);
    return outcome;
}
