/* An event of our real stream, as the desk's document has it told: its number is in the cursor
 * (base64url of EPOCH.NUMBER), and when it happened in "at" (ISO 8601, UTC). */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *after(const char *text, size_t length, const char *mark, size_t room) {
    size_t size = strlen(mark);
    const char *found = memmem(text, length, mark, size);
    return found && (size_t)(text + length - found) >= size + room ? found + size : NULL;
}

static int sextet(char letter) {
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *found = letter ? strchr(letters, letter) : NULL;
    return found ? (int)(found - letters) : -1;
}

static bool read_number(const char *cursor, uint64_t *number) {
    char plain[96];
    size_t length = 0;
    for (unsigned bits = 0, kept = 0; length < sizeof plain - 1 && sextet(*cursor) >= 0; cursor++) {
        kept = kept << 6 | (unsigned)sextet(*cursor);
        bits += 6;
        if (bits >= 8) plain[length++] = (char)(kept >> (bits -= 8));
    }
    plain[length] = 0;
    const char *dot = strchr(plain, '.');
    if (dot) *number = strtoull(dot + 1, NULL, 10);
    return dot;
}

/* Since 1970, in nanoseconds. */
static bool read_instant(const char *at, uint64_t *since) {
    struct tm day = {0};
    const char *rest = strptime(at, "%Y-%m-%dT%H:%M:%S", &day);
    if (!rest) return false;
    uint64_t micros = *rest == '.' ? strtoull(rest + 1, NULL, 10) : 0;
    *since = (uint64_t)timegm(&day) * 1000000000u + micros * 1000u;
    return true;
}

static uint64_t clock_ns(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* False where it is no event; `happened` by CLOCK_MONOTONIC. */
static bool read_event(const char *text, size_t length, uint64_t *number, uint64_t *happened) {
    const char *cursor = after(text, length, "\"cursor\":\"", 100);
    const char *at = after(text, length, "\"at\":\"", 40);
    if (!cursor || !at || !read_number(cursor, number) || !read_instant(at, happened)) return false;
    *happened -= clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_MONOTONIC);
    return true;
}
