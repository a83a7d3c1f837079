/*
 * Gives wineserver Windows' rules for sharing a TCP port, and excluded port ranges.
 * Preloaded into wineserver alone, which makes every bind() of a Windows program itself.
 * SPDX-License-Identifier: MIT
 *
 * Linux refuses a second listener on the same port if either is the wildcard; Windows
 * allows it. All sockets get SO_REUSEPORT, so that the kernel never refuses, and the
 * rules are applied here instead (facts/wsl.md, section 6):
 *
 *   same address twice                     -> address in use
 *   wildcard next to an older specific one -> allowed
 *   specific under an older wildcard       -> allowed for the same account, else denied
 *   port in an excluded range              -> denied
 *
 * wineserver does not say here which process asks. A socket that had SO_KEEPALIVE set
 * before bind() counts as a system account's; the stand-in for IP Helper does so.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TRACKED_FDS 65536

struct bound {
    bool used;
    bool system_account;
    int family;
    uint16_t port;
    struct in6_addr address; /* an IPv4 address lies in the first four bytes */
};

static struct bound bounds[TRACKED_FDS];

static bool is_wildcard(const struct bound *bound)
{
    return memcmp(&bound->address, &in6addr_any, sizeof(bound->address)) == 0;
}

/* False for anything but an IPv4 or IPv6 endpoint with a port. */
static bool read_endpoint(const struct sockaddr *address, struct bound *out)
{
    memset(out, 0, sizeof(*out));
    out->family = address->sa_family;
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)address;

        out->port = ntohs(in->sin_port);
        memcpy(&out->address, &in->sin_addr, sizeof(in->sin_addr));
    } else if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)address;

        out->port = ntohs(in6->sin6_port);
        out->address = in6->sin6_addr;
    }
    return out->port != 0;
}

static int socket_option(int fd, int option)
{
    int value = 0;
    socklen_t size = sizeof(value);

    return getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : 0;
}

/* The file has one range "first last" per line and may change at any time. */
static bool port_is_excluded(uint16_t port)
{
    const char *path = getenv("TIDEGATE_LAB_EXCLUDED_PORTS");
    FILE *file = path ? fopen(path, "re") : NULL;
    unsigned first;
    unsigned last;
    bool excluded = false;

    if (!file)
        return false;
    while (!excluded && fscanf(file, "%u %u", &first, &last) == 2)
        excluded = port >= first && port <= last;
    fclose(file);
    return excluded;
}

static int refusal(const struct bound *wanted)
{
    if (port_is_excluded(wanted->port))
        return EACCES;
    for (int fd = 0; fd < TRACKED_FDS; fd++) {
        const struct bound *other = &bounds[fd];

        if (!other->used || other->port != wanted->port || other->family != wanted->family)
            continue;
        if (memcmp(&other->address, &wanted->address, sizeof(other->address)) == 0)
            return EADDRINUSE;
        if (is_wildcard(other) && other->system_account && !wanted->system_account)
            return EACCES;
    }
    return 0;
}

int bind(int fd, const struct sockaddr *address, socklen_t size)
{
    static int (*real_bind)(int, const struct sockaddr *, socklen_t);
    struct bound wanted;
    const int on = 1;

    if (!real_bind)
        real_bind =
            (int (*)(int, const struct sockaddr *, socklen_t))dlsym(RTLD_NEXT, "bind");
    if (fd < 0 || fd >= TRACKED_FDS || socket_option(fd, SO_TYPE) != SOCK_STREAM ||
        !read_endpoint(address, &wanted))
        return real_bind(fd, address, size);

    wanted.system_account = socket_option(fd, SO_KEEPALIVE) != 0;
    const int refused = refusal(&wanted);
    if (refused) {
        errno = refused;
        return -1;
    }
    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
    const int result = real_bind(fd, address, size);
    if (result == 0) {
        bounds[fd] = wanted;
        bounds[fd].used = true;
    }
    return result;
}

int close(int fd)
{
    static int (*real_close)(int);

    if (!real_close)
        real_close = (int (*)(int))dlsym(RTLD_NEXT, "close");
    if (fd >= 0 && fd < TRACKED_FDS)
        bounds[fd].used = false;
    return real_close(fd);
}
