/* Sites side by side: for one history, or a few, of very many sites. A site's draw is held against the most that its
   chance of moving can be in the coming steps, and only where it is below does anybody look at its peers. The numbers
   are those of lanes.h, one by one. Included once for each variant. */

#ifndef TAKEROOT_AHEAD
#define TAKEROOT_AHEAD
enum { AHEAD = 12 }; /* for how many steps a bound holds */
#endif

typedef struct {
    uint8_t *stage[8], *after[8], **view;
    uint16_t *lost[8], *fresh[8];
    float *bound[8];
    int any_fresh[8], steady[8], same_adapting[8];
    uint32_t *moved[8];
    int64_t movers[8], room_for_movers[8];
    int64_t *totals; /* by view, and region or all */
    double *carried;
    int32_t *standing_now; /* by improvement, region and stage */
    Lot *lots;
    int64_t room_for_lots, ahead_from, ahead_until, lane;
    int all_there;
    float common_most[8][MOST_MOVES + 2], near_most[8][MOST_LAYERS][MOST_MOVES];
    float *row_most[8], *row_least[8]; /* of the varying terms' tables, row after row */
} NAME(Line);
#define Line NAME(Line)

/* Bounds hold for the steps ahead: the most of what changes with time. */
TARGET static void NAME(look_ahead)(const World *w, Line *l, int64_t number) {
    const Improvement *one = &w->improvement[number];
    for (int64_t c = 0; c < one->columns; c++) {
        float most = one->common[l->ahead_from * one->columns + c];
        for (int64_t t = l->ahead_from; t < l->ahead_until; t++)
            if (one->common[t * one->columns + c] > most) most = one->common[t * one->columns + c];
        l->common_most[number][c] = most;
    }
    for (int64_t k = 0; k < one->layers; k++)
        for (int64_t m = 0; m < one->moves; m++) {
            float most = 0.0f;
            for (int64_t t = l->ahead_from; t < l->ahead_until; t++)
                if (one->layer[k].coefficients[t * one->moves + m] > most) most = one->layer[k].coefficients[t * one->moves + m];
            l->near_most[number][k][m] = most;
        }
    int64_t at = 0;
    for (int64_t k = 0; k < one->varyings; k++)
        for (int64_t r = 0; r < one->varying[k].rows; r++, at++) {
            const float *row = one->varying[k].table + r * w->steps;
            l->row_most[number][at] = l->row_least[number][at] = row[l->ahead_from];
            for (int64_t t = l->ahead_from; t < l->ahead_until; t++) {
                if (row[t] > l->row_most[number][at]) l->row_most[number][at] = row[t];
                if (row[t] < l->row_least[number][at]) l->row_least[number][at] = row[t];
            }
        }
}

INLINE float NAME(most_of)(const Line *l, const Improvement *one, int64_t number, int64_t site, int64_t column) {
    float most = l->common_most[number][column];
    if (one->uses_fixed[column]) most += one->fixed[(one->static_rows == 1 ? 0 : site) * one->columns + column];
    int64_t at = 0;
    for (int64_t k = 0; k < one->varyings; at += one->varying[k].rows, k++) {
        float by = one->varying[k].coefficients[column];
        if (by == 0.0f) continue;
        int64_t row = at + one->varying[k].row[site];
        most += by * (by > 0.0f ? l->row_most[number][row] : l->row_least[number][row]);
    }
    return most;
}

/* The most that the chance of moving can be until the bounds are drawn anew. */
TARGET static float NAME(bound_of)(const World *w, const Line *l, int64_t number, int64_t site) {
    const Improvement *one = &w->improvement[number];
    int a = l->stage[number][site];
    if (!one->slots[a]) return 0.0f;
    float total = 0.0f;
    for (int s = 0; s < one->slots[a]; s++) {
        int64_t m = one->move_at[a][s];
        float most = NAME(most_of)(l, one, number, site, m);
        for (int64_t k = 0; k < one->layers; k++) {
            const Layer *layer = &one->layer[k];
            float by = l->near_most[number][k][m];
            if (by <= 0.0f) continue;
            float nearest = 1.0f;
            if (!layer->share && !layer->at_least && layer->along != ALONG_SELF) {
                if (layer->along == ALONG_TIES) {
                    int64_t sum = 0;
                    if (layer->unit) sum = layer->first[site + 1] - layer->first[site];
                    else
                        for (int64_t e = layer->first[site]; e < layer->first[site + 1]; e++) sum += layer->weight[e];
                    nearest = (float)sum * layer->scale[site];
                } else {
                    nearest = (float)w->sites;
                }
            }
            most += by * nearest;
        }
        if (one->has_fit && one->fit[m] > 0.0f) {
            float drift = NAME(most_of)(l, one, number, site, one->moves + 1);
            float lost = (float)l->lost[number][site] / PARTS_LOST + (drift > 0.0f ? drift + 1.0f / PARTS_LOST : 0.0f) * (float)(l->ahead_until - l->ahead_from);
            most += one->fit[m] * (lost < 8.0f ? lost : 8.0f);
        }
        if (one->has_memory && one->memory[m] > 0.0f) most += one->memory[m];
        most += 1e-5f + 2e-6f * (most > 0.0f ? most : -most);
        total += one->rate ? (most > 0.0f ? most : 0.0f) : exp_of(most);
    }
    float chance = one->rate ? 1.0f - exp_of(-total) : total / (1.0f + total);
    return chance * 1.00002f + 3e-7f;
}

TARGET static float NAME(exposure_of)(const World *w, const Line *l, const Layer *layer, int64_t site, int64_t region, int64_t step) {
    const uint8_t *view = l->view[layer->view];
    if (layer->along == ALONG_SELF) return (float)view[site];
    int64_t sum = 0;
    if (layer->along != ALONG_TIES) {
        sum = l->totals[layer->view * (w->regions + 1) + (layer->along == ALONG_ALL ? w->regions : region)] - view[site];
    } else {
        int64_t first = layer->first[site], last = layer->first[site + 1], month = w->months[step];
        if (layer->since) {
            for (int64_t e = first; e < last; e++)
                if (layer->since[e] <= month && month < layer->until[e]) sum += view[layer->source[e]] ? layer->weight[e] : 0;
        } else if (layer->unit) {
            for (int64_t e = first; e < last; e++) sum += view[layer->source[e]];
        } else {
            for (int64_t e = first; e < last; e++) sum += view[layer->source[e]] ? layer->weight[e] : 0;
        }
    }
    float exposure = (float)(int32_t)sum * scale_of(w, layer, site, region, step);
    if (layer->at_least) exposure = exposure >= layer->at_least[site] ? 1.0f : 0.0f;
    return exposure;
}

/* Where a site goes whose draw is this. */
TARGET static int NAME(goes)(const World *w, const Line *l, int64_t number, int64_t site, int64_t region, int64_t step, float draw) {
    const Improvement *one = &w->improvement[number];
    int a = l->stage[number][site];
    float near[MOST_LAYERS], height[MOST_SLOTS], total = 0.0f;
    for (int64_t k = 0; k < one->layers; k++) near[k] = NAME(exposure_of)(w, l, &one->layer[k], site, region, step);
    for (int s = 0; s < one->slots[a]; s++) {
        int64_t m = one->move_at[a][s];
        float utility = utility_of(one, site, step, w->steps, m);
        for (int64_t k = 0; k < one->layers; k++) utility = utility + one->layer[k].coefficients[step * one->moves + m] * near[k];
        if (one->has_fit) utility = utility + one->fit[m] * ((float)l->lost[number][site] * (1.0f / PARTS_LOST));
        if (one->has_memory) utility = utility + one->memory[m] * ((float)l->fresh[number][site] * (1.0f / PARTS_FRESH));
        float weight = one->rate ? (utility > 0.0f ? utility : 0.0f) : exp_of(utility);
        total = s ? total + weight : weight;
        height[s] = total;
    }
    if (one->rate) {
        float any = 1.0f - exp_of(-total);
        draw = draw * (total + 1e-30f);
        for (int s = 0; s < one->slots[a]; s++) height[s] = height[s] * any;
    } else {
        draw = draw * (1.0f + total);
    }
    for (int s = 0; s < one->slots[a]; s++)
        if (draw <= height[s]) return one->target[one->move_at[a][s]];
    return a;
}

/* The draws of WIDE sites, from this one on, of one history. */
INLINE vu NAME(draws_of_sites)(const World *w, int64_t site, int64_t step, int purpose, int64_t number, int64_t lane) {
    uint64_t when = (uint64_t)w->months[step] | (uint64_t)purpose << 16 | (uint64_t)number << 24;
    uint32_t narrow[WIDE];
    for (int part = 0; part < 2; part++) {
        vd id, word[4];
        memcpy(&id, w->ids + site + part * (WIDE / 2), sizeof id);
        philox((vd){0} + (uint64_t)(16 * w->block + lane % 16), (vd){0} + when, id & 0xFFFFFFFFu, id >> 32, w->seed, word);
        vn half = __builtin_convertvector(word[lane / 16], vn);
        memcpy(narrow + part * (WIDE / 2), &half, sizeof half);
    }
    vu words;
    memcpy(&words, narrow, sizeof words);
    return words;
}

TARGET static int NAME(moves)(Line *l, int64_t number, int64_t site) {
    if (l->movers[number] == l->room_for_movers[number]) {
        int64_t room = 2 * l->room_for_movers[number] + 1024;
        uint32_t *more = realloc(l->moved[number], (size_t)room * sizeof *more);
        if (!more) return NO_ROOM;
        l->moved[number] = more;
        l->room_for_movers[number] = room;
    }
    l->moved[number][l->movers[number]++] = (uint32_t)site;
    return DONE;
}

TARGET static int NAME(move_sites)(const World *w, Line *l, int64_t number, int64_t step) {
    uint32_t candidate[1024];
    float drawn[1024];
    const float *bound = l->bound[number];
    l->movers[number] = 0;
    for (int64_t g = 0; g < w->regions; g++) {
        int64_t i = w->starts[g], last = w->starts[g + 1];
        while (i < last) {
            int many = 0;
            for (; i < last && many <= 1024 - WIDE; i += WIDE) {
                uint64_t below = 0;
                float draw[WIDE];
                if (i + WIDE <= w->sites) {
                    vf most;
                    memcpy(&most, bound + i, sizeof most);
                    if (!at_most(spread_f(1e-30f), most, 0)) continue;
                    vf draws_now = uniform(NAME(draws_of_sites)(w, i, step, FOR_MOVE, number, l->lane));
                    memcpy(draw, &draws_now, sizeof draw);
                    below = at_most(draws_now, most, 0);
                } else {
                    for (int64_t k = 0; k < w->sites - i; k++) {
                        draw[k] = uniform_of(draw_of(w, i + k, step, FOR_MOVE, number, l->lane));
                        below |= (uint64_t)(draw[k] <= bound[i + k]) << k;
                    }
                }
                if (last - i < WIDE) below &= ((uint64_t)1 << (last - i)) - 1;
                for (; below; below &= below - 1) {
                    int k = __builtin_ctzll(below);
                    candidate[many] = (uint32_t)(i + k);
                    drawn[many++] = draw[k];
                }
            }
            const Improvement *one = &w->improvement[number];
            for (int c = 0; c < many; c++) {
                for (int64_t k = 0; k < one->layers; k++) { /* fetched ahead: where its ties begin, then those, then its peers */
                    const Layer *layer = &one->layer[k];
                    if (layer->along != ALONG_TIES) continue;
                    if (c + 12 < many) __builtin_prefetch(&layer->first[candidate[c + 12]]);
                    if (c + 6 < many) {
                        __builtin_prefetch(&layer->source[layer->first[candidate[c + 6]]]);
                        if (!layer->share || !layer->since) __builtin_prefetch(&layer->scale[candidate[c + 6]]);
                    }
                    if (c + 3 < many) {
                        int64_t e = layer->first[candidate[c + 3]], end = layer->first[candidate[c + 3] + 1];
                        for (int64_t x = e; x < end && x < e + 12; x++) __builtin_prefetch(&l->view[layer->view][layer->source[x]]);
                    }
                }
                if (c + 6 < many && one->static_rows > 1) __builtin_prefetch(&one->fixed[candidate[c + 6] * one->columns]);
                int64_t site = candidate[c];
                if (!l->all_there && !there(w, site, step)) continue;
                int to = NAME(goes)(w, l, number, site, g, step, drawn[c]);
                if (to == l->stage[number][site]) continue;
                l->after[number][site] = (uint8_t)to;
                if (NAME(moves)(l, number, site) != DONE) return NO_ROOM;
            }
        }
    }
    return DONE;
}

#define USES(stage) (IN_USE_BITS >> (stage) & 1)

TARGET static void NAME(turns_of_sites)(const World *w, Line *l, int64_t step) {
    for (int64_t j = 0; j < w->improvements; j++)
        for (int64_t k = 0; k < l->movers[j]; k++) {
            int64_t i = l->moved[j][k], best = -1;
            int busy = 0, begins[8], many = 0;
            uint32_t least = 0;
            for (int64_t o = 0; o < w->improvements; o++) {
                int used = USES(l->stage[o][i]);
                busy |= used;
                begins[o] = USES(l->after[o][i]) && !used;
                many += begins[o];
            }
            if (!many || (!busy && many == 1)) continue;
            for (int64_t o = 0; o < w->improvements && many > 1; o++)
                if (begins[o]) {
                    uint32_t draw = draw_of(w, i, step, FOR_TURN, o, l->lane);
                    if (best < 0 || draw < least) best = o, least = draw;
                }
            for (int64_t o = 0; o < w->improvements; o++)
                if (begins[o] && (busy || (many > 1 && o != best))) l->after[o][i] = l->stage[o][i];
        }
}

TARGET static int NAME(queue_of_sites)(const World *w, Line *l, int64_t number, int64_t step) {
    const Improvement *one = &w->improvement[number];
    uint64_t needs[STAGES] = {0};
    for (int64_t m = 0; m < one->moves; m++)
        if (one->needs[m]) needs[one->source[m]] |= (uint64_t)1 << one->target[m];
    int64_t k = 0;
    for (int64_t g = 0; g < w->regions; g++) {
        int64_t many = 0;
        for (; k < l->movers[number] && l->moved[number][k] < w->starts[g + 1]; k++) {
            uint32_t site = l->moved[number][k];
            if (!(needs[l->stage[number][site]] >> l->after[number][site] & 1)) continue;
            if (many == l->room_for_lots) {
                int64_t room = 2 * l->room_for_lots + 1024;
                Lot *more = realloc(l->lots, (size_t)room * sizeof *more);
                if (!more) return NO_ROOM;
                l->lots = more;
                l->room_for_lots = room;
            }
            l->lots[many++] = (Lot){0, site};
        }
        int64_t room = INT64_MAX;
        if (one->has_capacity) {
            const int32_t *now = l->standing_now + (number * w->regions + g) * STAGES;
            room = room_of(w, one, step, g, (int64_t)now[USING] + now[EMBEDDED], &l->carried[number * w->regions + g]);
        }
        int32_t *flows = flows_of(w, step, number, g);
        flows[WAITED * w->width + l->lane] = many > room ? (int32_t)(many - room) : 0;
        flows[BROUGHT_ON * w->width + l->lane] = (int32_t)(many > room ? room : many);
        if (many <= room) continue;
        for (int64_t c = 0; c < many; c++) l->lots[c].lot = draw_of(w, l->lots[c].site, step, FOR_QUEUE, number, l->lane);
        first_in_queue(w, l->lots, many, room);
        for (int64_t c = room; c < many; c++) l->after[number][l->lots[c].site] = l->stage[number][l->lots[c].site];
    }
    return DONE;
}

TARGET static int NAME(force_sites)(const World *w, Line *l, int64_t step) {
    for (int64_t f = 0; f < w->forces; f++) {
        const Force *force = &w->force[f];
        for (int64_t k = 0; force->step == step && k < force->sites; k++) {
            int64_t i = force->site[k], j = force->improvement;
            int free = force->of >> l->after[j][i] & 1;
            for (int64_t o = 0; w->exclusive && USES(force->stage) && o < w->improvements; o++)
                if (o != j && USES(l->after[o][i])) free = 0;
            if (!free || !there(w, i, step)) continue;
            l->after[j][i] = (uint8_t)force->stage;
            if (NAME(moves)(l, j, i) != DONE) return NO_ROOM;
        }
    }
    return DONE;
}

/* Drift and adapting, of the sites in use. */
TARGET static void NAME(fit_of_sites)(const World *w, Line *l, int64_t number, int64_t step) {
    const Improvement *one = &w->improvement[number];
    const uint8_t *stage = l->stage[number], *after = l->after[number];
    uint16_t *lost = l->lost[number];
    float chance = exp_of(utility_of(one, 0, step, w->steps, one->moves));
    float drift_raw = utility_of(one, 0, step, w->steps, one->moves + 1);
    for (int64_t g = 0; g < w->regions; g++) {
        int32_t adapted = 0;
        for (int64_t i = w->starts[g]; i < w->starts[g + 1]; i += WIDE) {
            uint32_t word[WIDE];
            int64_t end = i + WIDE < w->starts[g + 1] ? i + WIDE : w->starts[g + 1];
            int any = 0;
            for (int64_t k = i; k < end; k++) any |= USES(after[k]);
            if (!any) continue;
            if (i + WIDE <= w->sites) {
                vu words = NAME(draws_of_sites)(w, i, step, FOR_ADAPT, number, l->lane);
                memcpy(word, &words, sizeof word);
            } else {
                for (int64_t k = i; k < end; k++) word[k - i] = draw_of(w, k, step, FOR_ADAPT, number, l->lane);
            }
            for (int64_t k = i; k < end; k++) {
                if (!USES(after[k]) || (!l->all_there && !there(w, k, step))) continue;
                if (!l->same_adapting[number]) {
                    chance = exp_of(utility_of(one, k, step, w->steps, one->moves));
                    drift_raw = utility_of(one, k, step, w->steps, one->moves + 1);
                }
                float drift = (drift_raw > 0.0f ? drift_raw : 0.0f) * (float)PARTS_LOST + 0.5f;
                uint32_t now = USES(stage[k]) ? lost[k] : 0;
                if (USES(stage[k]) && uniform_of(word[k - i]) * (1.0f + chance) <= chance) {
                    now -= (now * (uint32_t)one->restores) >> 16;
                    adapted++;
                }
                now += drift < 65536.0f ? (uint32_t)drift : 65536u;
                lost[k] = (uint16_t)(now < 65535 ? now : 65535);
            }
        }
        flows_of(w, step, number, g)[ADAPTED * w->width + l->lane] = adapted;
    }
}

TARGET static void NAME(see)(const World *w, Line *l, int64_t standing_number) {
    for (int64_t k = 0; k < w->views; k++) {
        const uint8_t *stage = l->stage[w->view_of[k]];
        int64_t *totals = l->totals + k * (w->regions + 1), all = 0;
        uint32_t near = (uint32_t)w->view_near[k];
        for (int64_t g = 0; g < w->regions; g++) {
            int64_t total = 0;
            for (int64_t i = w->starts[g]; i < w->starts[g + 1]; i++) {
                l->view[k][i] = (uint8_t)((near >> stage[i] & 1) && there(w, i, standing_number));
                total += l->view[k][i];
            }
            totals[g] = total;
            all += total;
        }
        totals[w->regions] = all;
    }
}

TARGET static void NAME(count_sites)(const World *w, Line *l, int64_t standing_number, int afresh) {
    for (int64_t j = 0; j < w->improvements; j++) {
        for (int64_t g = 0; g < w->regions; g++) {
            int32_t *now = l->standing_now + (j * w->regions + g) * STAGES;
            if (afresh) {
                memset(now, 0, sizeof(int32_t) * STAGES);
                for (int64_t i = w->starts[g]; i < w->starts[g + 1]; i++) now[l->stage[j][i]] += there(w, i, standing_number);
            }
            int32_t *counts = counts_of(w, standing_number, j, g);
            for (int s = 0; s < STAGES; s++) counts[s * w->width + l->lane] = now[s];
        }
        for (int64_t k = 0; k < w->watched; k++)
            w->stages_watched[((standing_number * w->improvements + j) * w->watched + k) * w->width + l->lane] = l->stage[j][w->watch[k]];
        for (int64_t i = 0; w->keep_sites && i < w->sites; i++)
            w->in_use[(standing_number * w->improvements + j) * w->sites + i] += USES(l->stage[j][i]) && there(w, i, standing_number);
    }
}

/* What has moved stands where it went; everything that follows from it is brought up to date. */
TARGET static void NAME(finish_sites)(const World *w, Line *l, int64_t number, int64_t step) {
    const Improvement *one = &w->improvement[number];
    if (one->has_fit) NAME(fit_of_sites)(w, l, number, step);
    uint16_t *fresh = l->fresh[number];
    if (one->has_memory && l->any_fresh[number]) {
        uint32_t fades = (uint32_t)one->fades;
        for (int64_t i = 0; i < w->sites; i++) fresh[i] = (uint16_t)(fresh[i] * fades >> 16);
    }
    if (w->keep_sites)
        for (int64_t i = 0; i < w->sites; i++)
            w->months_in_use[(number * w->sites + i) * w->width + l->lane] += USES(l->after[number][i]) && there(w, i, step);
    for (int64_t k = 0; k < l->movers[number]; k++) {
        int64_t i = l->moved[number][k], low = 0, high = w->regions;
        int from = l->stage[number][i], to = l->after[number][i];
        if (from == to) continue;
        while (high - low > 1) {
            int64_t middle = (low + high) / 2;
            if (w->starts[middle] <= i) low = middle;
            else high = middle;
        }
        int32_t *flows = flows_of(w, step, number, low), *now = l->standing_now + (number * w->regions + low) * STAGES;
        flows[BEGAN * w->width + l->lane] += USES(to) && !USES(from);
        if (to == STOPPED && (USES(from) || from == PAUSED)) {
            flows[LAPSED * w->width + l->lane]++;
            if (w->keep_sites) w->lapses[(number * w->sites + i) * w->width + l->lane]++;
            if (one->has_memory) fresh[i] = PARTS_FRESH, l->any_fresh[number] = 1;
        }
        now[from]--, now[to]++;
        l->stage[number][i] = (uint8_t)to;
        l->bound[number][i] = NAME(bound_of)(w, l, number, i);
        for (int64_t v = 0; v < w->views; v++)
            if (w->view_of[v] == number) {
                int64_t *totals = l->totals + v * (w->regions + 1);
                int change = (int)(w->view_near[v] >> to & 1) - (int)(w->view_near[v] >> from & 1);
                l->view[v][i] = (uint8_t)(w->view_near[v] >> to & 1);
                totals[low] += change;
                totals[w->regions] += change;
            }
    }
}

/* Whether bounds hold for good: nothing that they rest on changes with time. */
TARGET static int NAME(is_steady)(const World *w, const Improvement *one) {
    for (int64_t m = 0; one->has_fit && m < one->moves; m++)
        if (one->fit[m] > 0.0f) return 0;
    if (one->varyings) return 0;
    for (int64_t t = 1; t < w->steps; t++) {
        if (memcmp(one->common, one->common + t * one->columns, (size_t)one->columns * 4)) return 0;
        for (int64_t k = 0; k < one->layers; k++)
            if (memcmp(one->layer[k].coefficients, one->layer[k].coefficients + t * one->moves, (size_t)one->moves * 4)) return 0;
    }
    return 1;
}

TARGET static int NAME(history)(const World *w, Line *l) {
    for (int64_t j = 0; j < w->improvements; j++) {
        const Improvement *one = &w->improvement[j];
        memcpy(l->stage[j], one->stage, (size_t)w->sites);
        memcpy(l->after[j], one->stage, (size_t)w->sites);
        if (one->has_fit) memcpy(l->lost[j], one->lost, (size_t)w->sites * 2);
        if (one->has_memory) memcpy(l->fresh[j], one->fresh, (size_t)w->sites * 2);
        for (int64_t i = 0; i < w->sites; i++) l->any_fresh[j] |= one->has_memory && one->fresh[i];
    }
    memset(l->carried, 0, (size_t)(w->improvements * w->regions) * 8);
    NAME(see)(w, l, 0);
    NAME(count_sites)(w, l, 0, 1);
    for (int64_t step = 0; step < w->steps; step++) {
        for (int64_t j = 0; j < w->improvements; j++)
            if (step == 0 || (step % AHEAD == 0 && !l->steady[j])) {
                l->ahead_from = step;
                l->ahead_until = l->steady[j] || step + AHEAD > w->steps ? w->steps : step + AHEAD;
                NAME(look_ahead)(w, l, j);
                for (int64_t i = 0; i < w->sites; i++) l->bound[j][i] = NAME(bound_of)(w, l, j, i);
            }
        if (!l->all_there) NAME(see)(w, l, step);
        for (int64_t j = 0; j < w->improvements; j++)
            if (NAME(move_sites)(w, l, j, step) != DONE) return NO_ROOM;
        if (w->exclusive) NAME(turns_of_sites)(w, l, step);
        for (int64_t j = 0; j < w->improvements; j++)
            if (NAME(queue_of_sites)(w, l, j, step) != DONE) return NO_ROOM;
        if (NAME(force_sites)(w, l, step) != DONE) return NO_ROOM;
        for (int64_t j = 0; j < w->improvements; j++) NAME(finish_sites)(w, l, j, step);
        NAME(count_sites)(w, l, step + 1, !l->all_there);
        if (l->lane == w->width - 1) w->progress[0]++;
        if (w->progress[1]) return STOPPED_AS_ASKED;
    }
    return DONE;
}

TARGET static int NAME(run_sites)(const World *w) {
    Line l;
    memset(&l, 0, sizeof l);
    size_t n = (size_t)w->sites + 64;
    int outcome = NO_ROOM, room = 1;
    l.all_there = 1;
    for (int64_t i = 0; i < w->sites; i++) l.all_there &= there(w, i, 0) && there(w, i, w->steps);
    room &= (l.view = calloc((size_t)w->views + 1, sizeof *l.view)) != NULL;
    room &= (l.totals = calloc((size_t)((w->views + 1) * (w->regions + 1)), 8)) != NULL;
    room &= (l.carried = calloc((size_t)(w->improvements * w->regions) + 1, 8)) != NULL;
    room &= (l.standing_now = calloc((size_t)(w->improvements * w->regions) * STAGES + 1, 4)) != NULL;
    for (int64_t k = 0; room && k < w->views; k++) room &= (l.view[k] = malloc(n)) != NULL;
    for (int64_t j = 0; room && j < w->improvements; j++) {
        const Improvement *one = &w->improvement[j];
        int64_t rows = 1;
        for (int64_t k = 0; k < one->varyings; k++) rows += one->varying[k].rows;
        room &= (l.stage[j] = malloc(n)) != NULL && (l.after[j] = malloc(n)) != NULL && (l.bound[j] = malloc(n * 4)) != NULL;
        if (one->has_fit) room &= (l.lost[j] = malloc(n * 2)) != NULL;
        if (one->has_memory) room &= (l.fresh[j] = malloc(n * 2)) != NULL;
        room &= (l.row_most[j] = malloc((size_t)rows * 4)) != NULL && (l.row_least[j] = malloc((size_t)rows * 4)) != NULL;
        l.steady[j] = NAME(is_steady)(w, one);
        l.same_adapting[j] = 1;
        for (int64_t k = 0; k < one->varyings; k++)
            if (one->varying[k].coefficients[one->moves] != 0.0f || one->varying[k].coefficients[one->moves + 1] != 0.0f) l.same_adapting[j] = 0;
    }
    for (l.lane = 0; room && l.lane < w->width; l.lane++)
        if ((outcome = NAME(history)(w, &l)) != DONE) break;
    for (int64_t j = 0; j < w->improvements; j++) {
        free(l.stage[j]), free(l.after[j]), free(l.bound[j]), free(l.lost[j]), free(l.fresh[j]), free(l.moved[j]);
        free(l.row_most[j]), free(l.row_least[j]);
    }
    for (int64_t k = 0; l.view && k < w->views; k++) free(l.view[k]);
    free(l.view), free(l.totals), free(l.carried), free(l.standing_now), free(l.lots);
    return outcome;
}
#undef USES
#undef Line
