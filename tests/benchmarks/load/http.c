/* One request, again and again, over some connections that are kept alive.
 *
 *   http PORT CONNECTIONS SECONDS REQUEST BODY
 *
 * REQUEST is a file with the bytes to send, BODY one with the body that every answer must have, to
 * the byte, under status 200. The first half second only warms up. Prints one object of JSON: how
 * many answers came, in what time, with how much processor time of this program, and after how
 * many microseconds. Ends with status 1 and words where an answer is another one.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define HOLDS (1 << 20)
#define WARM_UP 0.5
#define MOST_TIMES (1 << 23)

typedef struct {
    int socket;
    size_t have;
    double sent;
    char *buffer;
} Connection;

static char *request, *body;
static size_t request_size, body_size, answers;
static unsigned *times;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static double used(void) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u.ru_utime.tv_sec + u.ru_stime.tv_sec + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void die(const char *why, const Connection *c) {
    fprintf(stderr, "%s (%s)\n", why, strerror(errno));
    if (c) fprintf(stderr, "%.*s\n", (int)(c->have < 2000 ? c->have : 2000), c->buffer);
    exit(1);
}

static char *file(const char *path, size_t *size) {
    FILE *f = fopen(path, "rb");
    char *bytes = malloc(HOLDS);
    if (!f || !bytes) die(path, NULL);
    *size = fread(bytes, 1, HOLDS, f);
    fclose(f);
    return bytes;
}

static void ask(Connection *c) {
    c->have = 0;
    c->sent = now();
    /* A request is far smaller than what a socket takes at once. */
    if (send(c->socket, request, request_size, MSG_NOSIGNAL) != (ssize_t)request_size)
        die("The request could not be sent.", c);
}

static void connect_to(Connection *c, int port) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    int yes = 1;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    c->socket = socket(AF_INET, SOCK_STREAM, 0);
    c->buffer = malloc(HOLDS + 1);
    if (!c->buffer || connect(c->socket, (struct sockaddr *)&to, sizeof to)) die("No connection.", NULL);
    setsockopt(c->socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
}

/* Where the body begins, once the headers are whole; 0 before. Dies of headers that are not right. */
static size_t head(Connection *c) {
    c->buffer[c->have] = 0;
    char *end = memmem(c->buffer, c->have, "\r\n\r\n", 4);
    if (!end) return 0;
    if (strncmp(c->buffer, "HTTP/1.1 200 ", 13)) die("An answer is no 200.", c);
    for (char *line = c->buffer; line < end; line = strstr(line, "\r\n") + 2)
        if (!strncasecmp(line, "content-length:", 15)) {
            if ((size_t)atol(line + 15) != body_size) die("An answer has another length.", c);
            return end - c->buffer + 4;
        }
    die("An answer does not tell its length.", c);
    return 0;
}

static void take(Connection *c, int counts) {
    ssize_t got = recv(c->socket, c->buffer + c->have, HOLDS - c->have, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) die("The server hung up.", c);
    c->have += got;
    size_t start = head(c);
    if (!start || c->have < start + body_size) return;
    if (c->have > start + body_size || memcmp(c->buffer + start, body, body_size))
        die("An answer says something else.", c);
    if (counts && answers < MOST_TIMES) times[answers++] = (now() - c->sent) * 1e6;
    ask(c);
}

/* Everything until that instant; the answers count where `counts`. */
static void serve(int poll, double until, int counts) {
    struct epoll_event events[256];
    while (now() < until) {
        int ready = epoll_wait(poll, events, 256, 100);
        for (int i = 0; i < ready; i++) take(events[i].data.ptr, counts);
    }
}

static int by_size(const void *a, const void *b) {
    unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;
    return (x > y) - (x < y);
}

static unsigned at(double share) {
    return answers ? times[(size_t)((answers - 1) * share)] : 0;
}

int main(int argc, char **argv) {
    if (argc != 6) die("http PORT CONNECTIONS SECONDS REQUEST BODY", NULL);
    int port = atoi(argv[1]), count = atoi(argv[2]), poll = epoll_create1(0);
    double seconds = atof(argv[3]);
    request = file(argv[4], &request_size);
    body = file(argv[5], &body_size);
    times = malloc(MOST_TIMES * sizeof *times);
    Connection *all = calloc(count, sizeof *all);
    for (int i = 0; i < count; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &all[i]};
        connect_to(&all[i], port);
        epoll_ctl(poll, EPOLL_CTL_ADD, all[i].socket, &event);
        ask(&all[i]);
    }
    serve(poll, now() + WARM_UP, 0);
    double began = now(), before = used();
    serve(poll, began + seconds, 1);
    double took = now() - began, cpu = used() - before;
    qsort(times, answers, sizeof *times, by_size);
    printf("{\"answers\": %zu, \"seconds\": %.6f, \"cpu\": %.6f, \"p50\": %u, \"p99\": %u, \"max\": %u}\n",
           answers, took, cpu, at(0.5), at(0.99), at(1));
    return 0;
}
