/* Many WebSockets that only listen, and how soon and how completely they are served.
 *
 *   subscribers PORT PATH SOCKETS STALLED CONTROL INITS SUBSCRIBE
 *
 * Opens SOCKETS at ws://127.0.0.1:PORT/PATH. With SUBSCRIBE, a file of one message, they speak
 * graphql-transport-ws, and begin with the lines of the file INITS in turn; with "" for both they
 * only listen. The last STALLED of them never read. Says "ready", and takes commands on stdin:
 *
 *   paced RATE SECONDS    has so many events a second published
 *   full WINDOW SECONDS   has events published as fast as they are received, WINDOW under way
 *   hear EVENTS SECONDS   waits for so many events that somebody else publishes; meanwhile
 *   enough EVENTS         says that there are so many after all
 *
 * Each is answered by one line of JSON. Events are published by whoever listens at the Unix socket
 * CONTROL (or "") and is told, in a line, the number up to which it shall publish. Each event bears
 * a mark of its number, and of when it was published by CLOCK_MONOTONIC: ##NUMBER.NANOSECONDS##
 * Events without one are those of our own stream, from its beginning: see stream.h.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "stream.h"

enum { TEXT = 1, CLOSE = 8, PING = 9, PONG = 10 };
enum { READ = 1 << 18, LINE = 1 << 12, UNDER_WAY = 1 << 16, READY = 256 };
enum { BUCKET_NS = 10000, BUCKETS = 6000000, SETTLE_S = 10 };

struct subscriber {
    int fd;
    uint64_t last; /* The greatest number that came, */
    uint64_t seen; /* and which of the 64 up to it did. */
    char *rest;    /* The beginning of a frame that has not come whole. */
    size_t resting;
};

static struct subscriber *all;
static long sockets, stalled, closed;
static int polled, control = -1;
static uint32_t arrived[UNDER_WAY]; /* How many got an event, by its number. */
static uint32_t waited[BUCKETS];    /* How many waited so long. */
static uint64_t asked, done;        /* The last event asked for, and received by all. */
static uint64_t told;               /* The last of our own stream that anybody received. */
static uint64_t messages, doubled, disordered, failed, longest, bytes, before;
static char buffer[READ], line[LINE];

static void die(const char *what) {
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static double cpu(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

/* ---- One socket -------------------------------------------------------------------------- */

static void write_all(int fd, const char *data, size_t length) {
    while (length) {
        ssize_t sent = send(fd, data, length, MSG_NOSIGNAL);
        if (sent < 0) return; /* It is told as closed when it is read. */
        data += sent;
        length -= (size_t)sent;
    }
}

static void write_frame(int fd, int opcode, const char *data, size_t length) {
    static const uint8_t mask[4] = {0x5a, 0xc3, 0x17, 0x88};
    uint8_t frame[LINE + 8] = {(uint8_t)(0x80 | opcode)};
    size_t at = 2;
    frame[1] = (uint8_t)(0x80 | (length < 126 ? length : 126));
    if (length >= 126) {
        frame[at++] = (uint8_t)(length >> 8);
        frame[at++] = (uint8_t)length;
    }
    memcpy(frame + at, mask, 4);
    at += 4;
    for (size_t i = 0; i < length; i++) frame[at + i] = (uint8_t)data[i] ^ mask[i % 4];
    write_all(fd, (char *)frame, at + length);
}

static void count(struct subscriber *one, uint64_t number, uint64_t published, uint64_t at) {
    uint64_t ahead = number - one->last, behind = one->last - number;
    if (number > one->last) {
        one->seen = ahead > 63 ? 1 : one->seen << ahead | 1;
        one->last = number;
    } else if (behind > 63 || one->seen >> behind & 1) {
        doubled++;
        return;
    } else {
        one->seen |= (uint64_t)1 << behind;
        disordered++;
    }
    uint64_t took = at > published ? at - published : 0;
    if (took > longest) longest = took;
    waited[took / BUCKET_NS < BUCKETS ? took / BUCKET_NS : BUCKETS - 1]++;
    messages++;
    arrived[number % UNDER_WAY]++;
}

static void take_text(struct subscriber *one, char *text, size_t length, uint64_t at) {
    char *mark = memmem(text, length, "##", 2), *end;
    uint64_t number, published;
    if (mark) {
        number = strtoull(mark + 2, &end, 10);
        bytes += length;
        if (number > before) count(one, number, strtoull(end + 1, NULL, 10), at);
    } else if (read_event(text, length, &number, &published)) {
        if (number > told) told = number;
        if (number <= before) return;
        bytes += length;
        count(one, number, published, at);
    } else if (memmem(text, length, "\"ping\"", 6)) {
        write_frame(one->fd, TEXT, "{\"type\":\"pong\"}", 15);
    } else if (!memmem(text, length, "\"pong\"", 6) && !failed++) {
        fprintf(stderr, "unexpected: %.*s\n", (int)length, text);
    }
}

static void leave(struct subscriber *one) {
    closed++;
    close(one->fd);
    one->fd = -1;
}

/* Takes what came whole; returns how much that was. */
static size_t take(struct subscriber *one, char *data, size_t length, uint64_t at) {
    size_t taken = 0;
    while (length - taken >= 2) {
        uint8_t *frame = (uint8_t *)data + taken;
        size_t size = frame[1] & 0x7f, head = size < 126 ? 2 : size == 126 ? 4 : 10;
        if (length - taken < head) break;
        if (head > 2) size = 0;
        for (size_t i = 2; i < head; i++) size = size << 8 | frame[i];
        if (size > READ / 2) die("a frame that long");
        if (length - taken < head + size) break;
        char *payload = (char *)frame + head;
        if ((frame[0] & 15) == TEXT) take_text(one, payload, size, at);
        if ((frame[0] & 15) == PING) write_frame(one->fd, PONG, payload, size);
        if ((frame[0] & 15) == CLOSE && size > 2)
            fprintf(stderr, "closed: %.*s\n", (int)size - 2, payload + 2);
        taken += head + size;
    }
    return taken;
}

static void receive(struct subscriber *one) {
    memcpy(buffer, one->rest, one->resting);
    ssize_t got = recv(one->fd, buffer + one->resting, READ / 2, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
        leave(one);
        return;
    }
    size_t length = one->resting + (size_t)got, taken = take(one, buffer, length, now());
    one->resting = length - taken;
    if (one->resting) {
        one->rest = realloc(one->rest, one->resting);
        memcpy(one->rest, buffer + taken, one->resting);
    } else {
        free(one->rest);
        one->rest = NULL;
    }
}

/* Whatever has come by now, or comes within so long; true where stdin is among it. */
static bool listen_for(int milliseconds) {
    struct epoll_event ready[READY];
    bool spoken = false;
    int count = epoll_wait(polled, ready, READY, milliseconds);
    for (int i = 0; i < count; i++) {
        if (ready[i].data.ptr) receive(ready[i].data.ptr);
        else spoken = true;
    }
    return spoken;
}

/* ---- Opening ----------------------------------------------------------------------------- */

static int connect_to(int port, bool narrow) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0), little = 4096, segment = 536;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    /* Else the kernels keep megabytes, and the server does not notice for long. */
    if (narrow) setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
    if (narrow) setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address)) die("connect");
    return fd;
}

/* Reads what comes up to a mark and not further; within `line`. */
static void expect(int fd, const char *mark, const char *wanted) {
    ssize_t length;
    char *end;
    do {
        length = recv(fd, line, LINE - 1, MSG_PEEK);
        if (length <= 0) die("the server left at the handshake");
        line[length] = 0;
        end = memmem(line, (size_t)length, mark, strlen(mark));
    } while (!end && length < LINE - 1);
    if (!end || !strstr(line, wanted)) {
        fprintf(stderr, "expected %s: %.*s\n", wanted, (int)length, line);
        exit(1);
    }
    length = recv(fd, line, (size_t)(end - line) + strlen(mark), 0);
}

static void open_one(struct subscriber *one, int port, const char *path, bool narrow,
                     const char *init, const char *subscribe) {
    const char *protocol = *subscribe ? "Sec-WebSocket-Protocol: graphql-transport-ws\r\n" : "";
    one->fd = connect_to(port, narrow);
    int length = snprintf(line, LINE,
                          "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\n"
                          "Connection: Upgrade\r\nSec-WebSocket-Key: c3BhcmVrZXktc3BhcmVrZQ==\r\n"
                          "Sec-WebSocket-Version: 13\r\n%s\r\n", path, port, protocol);
    write_all(one->fd, line, (size_t)length);
    expect(one->fd, "\r\n\r\n", " 101 ");
    if (*subscribe) {
        write_frame(one->fd, TEXT, init, strlen(init));
        uint8_t head[2];
        /* An acknowledgement is short, and the first frame of all. */
        if (recv(one->fd, head, 2, MSG_WAITALL) != 2) die("no acknowledgement");
        if (recv(one->fd, line, head[1], MSG_WAITALL) != head[1]) die("no acknowledgement");
        if (!memmem(line, head[1], "connection_ack", 14)) die("refused");
        write_frame(one->fd, TEXT, subscribe, strlen(subscribe));
    }
}

static char *next_line(FILE *file) {
    static char kept[LINE];
    if (!fgets(kept, LINE, file)) {
        rewind(file);
        if (!fgets(kept, LINE, file)) die("an empty file");
    }
    kept[strcspn(kept, "\n")] = 0;
    return kept;
}

static void open_all(int port, const char *path, const char *inits, const char *subscribe) {
    char message[LINE] = "";
    FILE *file = *subscribe ? fopen(subscribe, "r") : NULL;
    if (file) strcpy(message, next_line(file));
    if (file && !(file = freopen(inits, "r", file))) die(inits);
    for (long i = 0; i < sockets; i++) {
        bool narrow = i >= sockets - stalled;
        open_one(&all[i], port, path, narrow, file ? next_line(file) : "", message);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &all[i]};
        if (!narrow) epoll_ctl(polled, EPOLL_CTL_ADD, all[i].fd, &event);
        listen_for(0);
    }
}

static void open_control(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    control = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(control, (struct sockaddr *)&address, sizeof address)) die(path);
}

/* ---- Measuring --------------------------------------------------------------------------- */

static void ask(uint64_t up_to) {
    if (up_to <= asked) return;
    asked = up_to;
    dprintf(control, "%lu\n", (unsigned long)asked);
}

static void settle(void) {
    while (done < asked && arrived[(done + 1) % UNDER_WAY] >= sockets - stalled - closed)
        arrived[++done % UNDER_WAY] = 0;
}

static double percentile(double share) {
    uint64_t wanted = (uint64_t)((double)messages * share), passed = 0;
    for (long i = 0; i < BUCKETS; i++)
        if ((passed += waited[i]) > wanted) return (double)i * BUCKET_NS / 1e6;
    return (double)longest / 1e6;
}

static void begin(void) {
    messages = doubled = disordered = longest = bytes = 0;
    memset(waited, 0, sizeof waited);
    memset(arrived, 0, sizeof arrived);
    if (told) asked = told; /* What was asked for need not have happened. */
    before = done = asked;
    for (long i = 0; i < sockets; i++) all[i].last = before;
}

/* How many of the stalled the server has let go of. */
static long let_go(void) {
    long gone = 0;
    for (long i = sockets - stalled; i < sockets; i++) {
        struct pollfd one = {.fd = all[i].fd, .events = 0};
        gone += poll(&one, 1, 0) > 0;
    }
    return gone;
}

static void report(double seconds, uint64_t within, double used) {
    uint64_t due = (asked - before) * (uint64_t)(sockets - stalled);
    printf("{\"events\": %lu, \"messages\": %lu, \"lost\": %ld, \"doubled\": %lu, "
           "\"disordered\": %lu, \"failed\": %lu, \"closed\": %ld, \"let_go\": %ld, \"per_second\": %.0f, "
           "\"p50\": %.2f, \"p99\": %.2f, \"longest\": %.2f, \"bytes\": %.0f, \"cpu\": %.3f}\n",
           (unsigned long)(asked - before), (unsigned long)messages, (long)(due - messages),
           (unsigned long)doubled, (unsigned long)disordered, (unsigned long)failed, closed, let_go(),
           (double)within / seconds, percentile(0.5), percentile(0.99), (double)longest / 1e6,
           messages ? (double)bytes / (double)messages : 0, used / seconds);
    fflush(stdout);
}

/* How many events to wait for, as it was said meanwhile. */
static uint64_t enough(void) {
    ssize_t length = read(STDIN_FILENO, line, LINE - 1);
    if (length <= 0) exit(0);
    line[length] = 0;
    return strtoull(line + strlen("enough "), NULL, 10);
}

static void measure(const char *how, double amount, double seconds) {
    begin();
    double used = cpu();
    bool paced = !strcmp(how, "paced"), full = !strcmp(how, "full");
    bool hear = !paced && !full;
    uint64_t start = now(), end = start + (uint64_t)(seconds * 1e9), at = start;
    if (hear) asked += (uint64_t)amount;
    do {
        if (full) ask(done + (uint64_t)amount);
        if (paced) ask(before + 1 + (uint64_t)((double)(at - start) / 1e9 * amount));
        if (listen_for(paced || at + 2000000 > end ? 1 : 100) && hear) asked = before + enough();
        settle();
        at = now();
    } while (at < end && !(hear && done == asked));
    uint64_t within = messages;
    double took = (double)(at - start) / 1e9;
    used = cpu() - used;
    for (end = at + SETTLE_S * 1000000000ul; done < asked && now() < end; settle()) listen_for(10);
    report(took, within, used);
}

int main(int count, char **given) {
    struct rlimit most;
    getrlimit(RLIMIT_NOFILE, &most);
    most.rlim_cur = most.rlim_max;
    setrlimit(RLIMIT_NOFILE, &most);
    if (count != 8) die("seven arguments are needed");
    sockets = atol(given[3]);
    stalled = atol(given[4]);
    all = calloc((size_t)sockets, sizeof *all);
    polled = epoll_create1(0);
    open_all(atoi(given[1]), given[2], given[6], given[7]);
    if (*given[5]) open_control(given[5]);
    struct epoll_event spoken = {.events = EPOLLIN};
    epoll_ctl(polled, EPOLL_CTL_ADD, STDIN_FILENO, &spoken);
    for (puts("ready"), fflush(stdout);;) {
        if (!listen_for(-1)) continue;
        char how[16];
        double amount, seconds;
        ssize_t length = read(STDIN_FILENO, line, LINE - 1);
        if (length <= 0) return 0;
        line[length] = 0;
        if (sscanf(line, "%15s %lf %lf", how, &amount, &seconds) == 3)
            measure(how, amount, seconds);
    }
}
