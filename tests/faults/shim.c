/* Faults below the database: preloaded into the real program (LD_PRELOAD), it makes chosen calls on the files of one
 * folder fail. What is to fail is told from outside while the program runs, on a page of numbers that both map: see
 * `tests/it/faults/disk.rs`, which compiles this file and writes that page.
 *
 * It can also cut the power: everything that this program wrote and did not flush is taken back, and nothing is
 * written any more. It then stands still until it's killed.
 *
 *   MADOGUCHI_FAULTS_PAGE   the page's file, 4,096 bytes
 *   MADOGUCHI_FAULTS_FOLDER files below this folder are watched; an absolute path without links
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum op { OPEN, READ, WRITE, SYNC, TRUNCATE, OPS };
enum file { MAIN, WAL, JOURNAL, SHM, OTHER, FILES = 8 };
enum manner {
    FAIL, /* nothing is done */
    TORN, /* half of it is written, what should follow fails */
    LATE, /* it is done, and said to have failed */
    HALF, /* half of it is written, and said so */
};

#define FOREVER UINT64_MAX

/* Numbers of eight bytes, in this order. */
struct page {
    _Atomic uint64_t loaded; /* programs that have mapped it */
    _Atomic uint64_t armed;  /* 0: every call goes through */
    _Atomic uint64_t ops, files; /* sets of bits */
    _Atomic uint64_t skip;   /* calls that go through before */
    _Atomic uint64_t times;  /* calls that fail then */
    _Atomic uint64_t error;  /* errno */
    _Atomic uint64_t manner;
    _Atomic uint64_t hits;   /* calls that were made to fail since it was armed */
    _Atomic uint64_t remembers; /* what is written is remembered until it's flushed */
    _Atomic uint64_t cut;       /* the power is cut at this call from now; 0: never */
    _Atomic uint64_t dark;      /* it was cut: writes that were taken back, plus one */
    uint64_t spare[4];
    _Atomic uint64_t seen[OPS][FILES];
    _Atomic uint64_t failed[OPS][FILES];
};

static struct page *page;
static const char *folder;
static size_t folder_length;
/* What each open file is, plus one; 0: none of ours. */
static _Atomic unsigned char watched[65536];

__attribute__((constructor)) static void start(void) {
    const char *path = getenv("MADOGUCHI_FAULTS_PAGE");
    folder = getenv("MADOGUCHI_FAULTS_FOLDER");
    if (!path || !folder) return;
    folder_length = strlen(folder);
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
    if (fd < 0) return;
    void *mapped = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    syscall(SYS_close, fd);
    if (mapped == MAP_FAILED) return;
    page = mapped;
    atomic_fetch_add(&page->loaded, 1);
}

static int ends(const char *text, const char *with) {
    size_t all = strlen(text), end = strlen(with);
    return all >= end && strcmp(text + all - end, with) == 0;
}

static enum file file_of(const char *path) {
    if (ends(path, "-wal")) return WAL;
    if (ends(path, "-journal")) return JOURNAL;
    if (ends(path, "-shm")) return SHM;
    return ends(path, ".db") ? MAIN : OTHER;
}

static int ours(const char *path) {
    return page && path && strncmp(path, folder, folder_length) == 0 && path[folder_length] == '/';
}

/* Takes one of a number that isn't used up yet. */
static int take(_Atomic uint64_t *of) {
    uint64_t left = atomic_load(of);
    while (left != 0) {
        if (left == FOREVER) return 1;
        if (atomic_compare_exchange_weak(of, &left, left - 1)) return 1;
    }
    return 0;
}

/* Whether a call is to fail now. */
static int strikes(enum op op, enum file file) {
    atomic_fetch_add(&page->seen[op][file], 1);
    if (!atomic_load(&page->armed)) return 0;
    if (!(atomic_load(&page->ops) >> op & 1) || !(atomic_load(&page->files) >> file & 1)) return 0;
    if (take(&page->skip) || !take(&page->times)) return 0;
    atomic_fetch_add(&page->failed[op][file], 1);
    atomic_fetch_add(&page->hits, 1);
    return 1;
}

static int watch(int fd, enum file file) {
    if (fd >= 0 && fd < (int)sizeof watched) atomic_store(&watched[fd], (unsigned char)(file + 1));
    return fd;
}

/* A write that wasn't flushed yet: what stood there before. */
struct write {
    struct write *older;
    dev_t device;
    ino_t inode;
    off_t at, size; /* `size` of the file before */
    size_t length;
    char *bytes;
    char path[256];
};

static struct write *unflushed;
static pthread_mutex_t disk = PTHREAD_MUTEX_INITIALIZER;

/* Takes back what wasn't flushed, the newest first, and stops here for ever. The disk's lock is held. */
static void go_dark(void) {
    uint64_t taken_back = 0;
    for (struct write *one = unflushed; one; one = one->older) {
        int fd = (int)syscall(SYS_openat, AT_FDCWD, one->path, O_RDWR | O_CLOEXEC, 0);
        struct stat now;
        if (fd < 0 || fstat(fd, &now) != 0 || now.st_ino != one->inode || now.st_dev != one->device) continue;
        if (one->length) syscall(SYS_pwrite64, fd, one->bytes, one->length, one->at);
        syscall(SYS_ftruncate, fd, one->size);
        taken_back++;
    }
    atomic_store(&page->dark, taken_back + 1);
    for (;;) pause();
}

/* From here on the disk is ours alone. */
static void hold(void) {
    pthread_mutex_lock(&disk);
    uint64_t left = atomic_load(&page->cut);
    if (left == 1) go_dark();
    if (left > 1) atomic_store(&page->cut, left - 1);
}

static void release(void) { pthread_mutex_unlock(&disk); }

/* Remembers what stands where something is about to be written. The index of the log is made anew at each start. */
static void remember(int fd, enum file file, off_t at, size_t length) {
    struct stat now;
    if (!atomic_load(&page->remembers) || file == SHM || fstat(fd, &now) != 0) return;
    struct write *one = calloc(1, sizeof *one);
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    if (!one || readlink(link, one->path, sizeof one->path - 1) < 0) abort();
    one->device = now.st_dev;
    one->inode = now.st_ino;
    one->size = now.st_size;
    one->at = at < 0 ? (off_t)syscall(SYS_lseek, fd, 0, SEEK_CUR) : at;
    size_t held = one->at < now.st_size ? (size_t)(now.st_size - one->at) : 0;
    one->length = held < length ? held : length;
    one->bytes = malloc(one->length + 1);
    if (!one->bytes) abort();
    long read = syscall(SYS_pread64, fd, one->bytes, one->length, one->at);
    one->length = read > 0 ? (size_t)read : 0;
    one->older = unflushed;
    unflushed = one;
}

/* What was written to a file stays from now on. */
static void forget(int fd) {
    struct stat now;
    if (fstat(fd, &now) != 0) return;
    struct write **link = &unflushed;
    while (*link) {
        struct write *one = *link;
        if (one->inode == now.st_ino && one->device == now.st_dev) {
            *link = one->older;
            free(one->bytes);
            free(one);
        } else {
            link = &one->older;
        }
    }
}

/* The file behind a handle, or -1. */
static int behind(int fd) {
    return page && fd >= 0 && fd < (int)sizeof watched ? atomic_load(&watched[fd]) - 1 : -1;
}

static int refuse(void) {
    errno = (int)atomic_load(&page->error);
    return -1;
}

static int opened(int at, const char *path, int flags, mode_t mode) {
    if (!ours(path)) return (int)syscall(SYS_openat, at, path, flags, mode);
    enum file file = file_of(path);
    int writes = (flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT);
    if (writes && strikes(OPEN, file)) return refuse();
    return watch((int)syscall(SYS_openat, at, path, flags, mode), file);
}

#define MODE(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { \
        va_list more; \
        va_start(more, flags); \
        mode = va_arg(more, mode_t); \
        va_end(more); \
    }

int open(const char *path, int flags, ...) { MODE(flags) return opened(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return opened(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE(flags) return opened(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE(flags) return opened(at, path, flags, mode); }

int close(int fd) {
    if (behind(fd) >= 0) atomic_store(&watched[fd], 0);
    return (int)syscall(SYS_close, fd);
}

static long put_at(int fd, const void *bytes, size_t length, off_t at) {
    return at < 0 ? syscall(SYS_write, fd, bytes, length) : syscall(SYS_pwrite64, fd, bytes, length, at);
}

/* A write of any kind: `at` is -1 where the file stands. */
static ssize_t put(int fd, const void *bytes, size_t length, off_t at) {
    int file = behind(fd);
    if (file < 0) return put_at(fd, bytes, length, at);
    int hit = strikes(WRITE, (enum file)file);
    enum manner manner = hit ? (enum manner)atomic_load(&page->manner) : FAIL;
    if (hit && manner == TORN) manner = atomic_load(&page->hits) % 2 ? HALF : FAIL;
    if (hit && manner == FAIL) return refuse();
    if (hit && manner == HALF && length > 1) length /= 2;
    hold();
    remember(fd, (enum file)file, at, length);
    long done = put_at(fd, bytes, length, at);
    release();
    return hit && manner == LATE ? refuse() : done;
}

ssize_t write(int fd, const void *bytes, size_t length) { return put(fd, bytes, length, -1); }
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) { return put(fd, bytes, length, at); }
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) { return put(fd, bytes, length, at); }

ssize_t writev(int fd, const struct iovec *parts, int count) {
    int file = behind(fd);
    if (file < 0) return syscall(SYS_writev, fd, parts, count);
    if (strikes(WRITE, (enum file)file)) return refuse();
    size_t length = 0;
    for (int part = 0; part < count; part++) length += parts[part].iov_len;
    hold();
    remember(fd, (enum file)file, -1, length);
    long done = syscall(SYS_writev, fd, parts, count);
    release();
    return done;
}

static ssize_t get(int fd, void *bytes, size_t length, off_t at) {
    int file = behind(fd);
    if (file >= 0 && strikes(READ, (enum file)file)) return refuse();
    if (file >= 0 && atomic_load(&page->cut)) {
        /* In the dark nobody reads either. */
        pthread_mutex_lock(&disk);
        release();
    }
    return at < 0 ? syscall(SYS_read, fd, bytes, length) : syscall(SYS_pread64, fd, bytes, length, at);
}

ssize_t read(int fd, void *bytes, size_t length) { return get(fd, bytes, length, -1); }
ssize_t pread(int fd, void *bytes, size_t length, off_t at) { return get(fd, bytes, length, at); }
ssize_t pread64(int fd, void *bytes, size_t length, off64_t at) { return get(fd, bytes, length, at); }

static int flush(int fd, long call) {
    int file = behind(fd);
    if (file < 0) return (int)syscall(call, fd);
    int hit = strikes(SYNC, (enum file)file);
    if (hit && atomic_load(&page->manner) != LATE) return refuse();
    hold();
    int done = (int)syscall(call, fd);
    if (done == 0) forget(fd);
    release();
    return hit ? refuse() : done;
}

int fsync(int fd) { return flush(fd, SYS_fsync); }
int fdatasync(int fd) { return flush(fd, SYS_fdatasync); }

static int cut(int fd, off_t length) {
    int file = behind(fd);
    if (file < 0) return (int)syscall(SYS_ftruncate, fd, length);
    int hit = strikes(TRUNCATE, (enum file)file);
    if (hit && atomic_load(&page->manner) != LATE) return refuse();
    struct stat now;
    hold();
    size_t tail = fstat(fd, &now) == 0 && now.st_size > length ? (size_t)(now.st_size - length) : 0;
    remember(fd, (enum file)file, length, tail);
    int done = (int)syscall(SYS_ftruncate, fd, length);
    release();
    return hit ? refuse() : done;
}

int ftruncate(int fd, off_t length) { return cut(fd, length); }
int ftruncate64(int fd, off64_t length) { return cut(fd, length); }

/* Room made before it is written: a write that has no bytes yet. It gives its error back instead of setting it. */
static int room(int fd, off_t at, off_t length) {
    int file = behind(fd);
    if (file >= 0 && strikes(WRITE, (enum file)file)) return (int)atomic_load(&page->error);
    if (file < 0) return syscall(SYS_fallocate, fd, 0, at, length) == 0 ? 0 : errno;
    hold();
    remember(fd, (enum file)file, at, 0);
    int error = syscall(SYS_fallocate, fd, 0, at, length) == 0 ? 0 : errno;
    release();
    return error;
}

int posix_fallocate(int fd, off_t at, off_t length) { return room(fd, at, length); }
int posix_fallocate64(int fd, off64_t at, off64_t length) { return room(fd, at, length); }
