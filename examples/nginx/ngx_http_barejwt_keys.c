
/*
 * Reads the files of barejwt_key_file and barejwt_keys, when a configuration
 * is read.  Only the prepared key stays in memory.  It is wiped with the
 * configuration.
 */


#include "ngx_http_barejwt.h"


#define NGX_HTTP_BAREJWT_FILE_MAX  65536

/* in the keyring, the name of the key for tokens without kid */
#define NGX_HTTP_BAREJWT_WITHOUT_KID  "(without kid)"


typedef struct {
    ngx_str_t          path;
    ngx_uint_t         number;
    u_char            *start;
    u_char            *end;
    u_char            *secret;    /* room for a decoded one */
    barejwt_keyring   *ring;

    ngx_http_barejwt_init_pt  init;
} ngx_http_barejwt_line_t;


static char *ngx_http_barejwt_read(ngx_conf_t *cf, ngx_str_t *path,
    ngx_str_t *text);
static ssize_t ngx_http_barejwt_read_fd(ngx_conf_t *cf, ngx_fd_t fd,
    ngx_str_t *path, u_char *text, size_t size);
static char *ngx_http_barejwt_prepare_key(ngx_conf_t *cf, ngx_str_t *path,
    ngx_http_barejwt_init_pt init, ngx_str_t *secret, barejwt_key **key);
static char *ngx_http_barejwt_prepare_ring(ngx_conf_t *cf, ngx_str_t *path,
    ngx_http_barejwt_init_pt init, ngx_str_t *text, barejwt_key **key);
static char *ngx_http_barejwt_lines(ngx_conf_t *cf,
    ngx_http_barejwt_line_t *line, ngx_str_t *text);
static char *ngx_http_barejwt_line(ngx_conf_t *cf,
    ngx_http_barejwt_line_t *line);
static ngx_uint_t ngx_http_barejwt_begins(ngx_http_barejwt_line_t *line,
    const char *word);
static char *ngx_http_barejwt_add(ngx_conf_t *cf,
    ngx_http_barejwt_line_t *line, ngx_str_t *encoded, ngx_str_t *kid);
static char *ngx_http_barejwt_bad_line(ngx_conf_t *cf,
    ngx_http_barejwt_line_t *line, const char *problem);
static void *ngx_http_barejwt_wiped(ngx_conf_t *cf, size_t size,
    ngx_pool_cleanup_pt wipe);
static void ngx_http_barejwt_wipe_key(void *data);
static void ngx_http_barejwt_wipe_ring(void *data);


/* the file is one secret, without the newline at the end */

char *
ngx_http_barejwt_key_file(ngx_conf_t *cf, ngx_str_t *path,
    ngx_http_barejwt_init_pt init, barejwt_key **key)
{
    char       *rv;
    u_char      bytes[NGX_HTTP_BAREJWT_FILE_MAX + 1];
    ngx_str_t   text;

    text.data = bytes;

    rv = ngx_http_barejwt_read(cf, path, &text);

    if (rv == NGX_CONF_OK) {

        if (text.len > 0 && text.data[text.len - 1] == LF) {
            text.len--;
        }

        rv = ngx_http_barejwt_prepare_key(cf, path, init, &text, key);
    }

    ngx_explicit_memzero(bytes, sizeof(bytes));

    return rv;
}


/* the file has several keys, a line each; README.md has the format */

char *
ngx_http_barejwt_keys(ngx_conf_t *cf, ngx_str_t *path,
    ngx_http_barejwt_init_pt init, barejwt_key **key)
{
    char       *rv;
    u_char      bytes[NGX_HTTP_BAREJWT_FILE_MAX + 1];
    ngx_str_t   text;

    text.data = bytes;

    rv = ngx_http_barejwt_read(cf, path, &text);

    if (rv == NGX_CONF_OK) {
        rv = ngx_http_barejwt_prepare_ring(cf, path, init, &text, key);
    }

    ngx_explicit_memzero(bytes, sizeof(bytes));

    return rv;
}


/* text->data has room for a byte more than the longest file */

static char *
ngx_http_barejwt_read(ngx_conf_t *cf, ngx_str_t *path, ngx_str_t *text)
{
    ssize_t   n;
    ngx_fd_t  fd;

    if (ngx_conf_full_name(cf->cycle, path, 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    fd = ngx_open_file(path->data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);
    if (fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           "cannot open the key file \"%V\"", path);
        return NGX_CONF_ERROR;
    }

    n = ngx_http_barejwt_read_fd(cf, fd, path, text->data,
                                 NGX_HTTP_BAREJWT_FILE_MAX + 1);

    if (ngx_close_file(fd) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_ALERT, cf, ngx_errno,
                           "cannot close the key file \"%V\"", path);
    }

    if (n == NGX_ERROR) {
        return NGX_CONF_ERROR;
    }

    if (n > NGX_HTTP_BAREJWT_FILE_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the key file \"%V\" is longer than %d bytes",
                           path, NGX_HTTP_BAREJWT_FILE_MAX);
        return NGX_CONF_ERROR;
    }

    text->len = n;

    return NGX_CONF_OK;
}


static ssize_t
ngx_http_barejwt_read_fd(ngx_conf_t *cf, ngx_fd_t fd, ngx_str_t *path,
    u_char *text, size_t size)
{
    size_t   len;
    ssize_t  n;

    len = 0;

    do {
        n = ngx_read_fd(fd, text + len, size - len);

        if (n == -1) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                               "cannot read the key file \"%V\"", path);
            return NGX_ERROR;
        }

        len += n;

    } while (n > 0 && len < size);

    return len;
}


static char *
ngx_http_barejwt_prepare_key(ngx_conf_t *cf, ngx_str_t *path,
    ngx_http_barejwt_init_pt init, ngx_str_t *secret, barejwt_key **key)
{
    barejwt_status  st;

    *key = ngx_http_barejwt_wiped(cf, sizeof(barejwt_key),
                                  ngx_http_barejwt_wipe_key);
    if (*key == NULL) {
        return NGX_CONF_ERROR;
    }

    st = init(*key, secret->data, secret->len);

    if (st != BAREJWT_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "cannot use the key file \"%V\": %s "
                           "(%uz bytes, at least %d needed)",
                           path, barejwt_strerror(st), secret->len,
                           BAREJWT_KEY_MIN);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_barejwt_prepare_ring(ngx_conf_t *cf, ngx_str_t *path,
    ngx_http_barejwt_init_pt init, ngx_str_t *text, barejwt_key **key)
{
    char                     *rv;
    u_char                   *p;
    size_t                    capacity;
    u_char                    secret[NGX_HTTP_BAREJWT_FILE_MAX];
    barejwt_slot             *slots;
    ngx_http_barejwt_line_t   line;

    /* each line has at most one key */

    capacity = 1;

    for (p = text->data; p < text->data + text->len; p++) {
        capacity += (*p == LF);
    }

    ngx_memzero(&line, sizeof(ngx_http_barejwt_line_t));

    line.path = *path;
    line.secret = secret;
    line.init = init;
    line.ring = ngx_http_barejwt_wiped(cf, sizeof(barejwt_keyring),
                                       ngx_http_barejwt_wipe_ring);

    slots = ngx_pmemalign(cf->pool, capacity * sizeof(barejwt_slot),
                          sizeof(uint64_t));

    if (line.ring == NULL || slots == NULL
        || barejwt_keyring_init(line.ring, slots, capacity) != BAREJWT_OK)
    {
        return NGX_CONF_ERROR;
    }

    rv = ngx_http_barejwt_lines(cf, &line, text);

    ngx_explicit_memzero(secret, sizeof(secret));

    *key = &line.ring->key;

    return rv;
}


static char *
ngx_http_barejwt_lines(ngx_conf_t *cf, ngx_http_barejwt_line_t *line,
    ngx_str_t *text)
{
    u_char      *last;
    ngx_uint_t   keys;

    keys = 0;
    last = text->data + text->len;

    for (line->end = text->data - 1; line->end + 1 < last; /* void */ ) {

        line->start = line->end + 1;
        line->number++;

        line->end = ngx_strlchr(line->start, last, LF);
        if (line->end == NULL) {
            line->end = last;
        }

        if (line->start == line->end || *line->start == '#') {
            continue;
        }

        if (ngx_http_barejwt_line(cf, line) != NGX_CONF_OK) {
            return NGX_CONF_ERROR;
        }

        keys++;
    }

    if (keys == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the key file \"%V\" has no key", &line->path);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/* "sign KEY", "sign KEY KID", "verify KEY" or "verify KEY KID" */

static char *
ngx_http_barejwt_line(ngx_conf_t *cf, ngx_http_barejwt_line_t *line)
{
    u_char     *blank;
    ngx_str_t   encoded, kid;

    if (ngx_http_barejwt_begins(line, "sign ")) {
        encoded.data = line->start + sizeof("sign ") - 1;

    } else if (ngx_http_barejwt_begins(line, "verify ")) {
        encoded.data = line->start + sizeof("verify ") - 1;

    } else {
        return ngx_http_barejwt_bad_line(cf, line,
                     "it must be \"sign KEY [KID]\" or \"verify KEY [KID]\"");
    }

    blank = ngx_strlchr(encoded.data, line->end, ' ');

    if (blank == NULL) {
        encoded.len = line->end - encoded.data;
        ngx_str_null(&kid);

    } else {
        encoded.len = blank - encoded.data;
        kid.data = blank + 1;
        kid.len = line->end - kid.data;
    }

    return ngx_http_barejwt_add(cf, line, &encoded, &kid);
}


static ngx_uint_t
ngx_http_barejwt_begins(ngx_http_barejwt_line_t *line, const char *word)
{
    size_t  len;

    len = ngx_strlen(word);

    return (size_t) (line->end - line->start) >= len
           && ngx_strncmp(line->start, word, len) == 0;
}


/* nginx only verifies, so "sign" and "verify" make no difference */

static char *
ngx_http_barejwt_add(ngx_conf_t *cf, ngx_http_barejwt_line_t *line,
    ngx_str_t *encoded, ngx_str_t *kid)
{
    uint32_t        uses;
    ngx_str_t       secret;
    barejwt_key     key;
    barejwt_status  st;

    secret.data = line->secret;

    if (ngx_strlchr(encoded->data, encoded->data + encoded->len, '=') != NULL
        || ngx_decode_base64url(&secret, encoded) != NGX_OK)
    {
        return ngx_http_barejwt_bad_line(cf, line,
                                     "KEY must be base64url without padding");
    }

    uses = 0;

    if (kid->data == NULL) {
        ngx_str_set(kid, NGX_HTTP_BAREJWT_WITHOUT_KID);
        uses = BAREJWT_RING_WITHOUT_KID;
    }

    st = line->init(&key, secret.data, secret.len);

    if (st == BAREJWT_OK) {
        st = barejwt_keyring_add(line->ring, (const char *) kid->data,
                                 kid->len, &key, uses);
    }

    barejwt_key_wipe(&key);

    if (st == BAREJWT_E_KID_DUPLICATE && uses != 0) {
        return ngx_http_barejwt_bad_line(cf, line,
                               "another line has no KID: give this one a KID");
    }

    if (st != BAREJWT_OK) {
        return ngx_http_barejwt_bad_line(cf, line, barejwt_strerror(st));
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_barejwt_bad_line(ngx_conf_t *cf, ngx_http_barejwt_line_t *line,
    const char *problem)
{
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "line %ui of the key file \"%V\": %s",
                       line->number, &line->path, problem);
    return NGX_CONF_ERROR;
}


/* returns zeroed memory that is wiped with the configuration */

static void *
ngx_http_barejwt_wiped(ngx_conf_t *cf, size_t size, ngx_pool_cleanup_pt wipe)
{
    void                *data;
    ngx_pool_cleanup_t  *cln;

    /* ngx_palloc aligns to a long, which may be less than a uint64_t needs */

    data = ngx_pmemalign(cf->pool, size, sizeof(uint64_t));
    cln = ngx_pool_cleanup_add(cf->pool, 0);

    if (data == NULL || cln == NULL) {
        return NULL;
    }

    ngx_memzero(data, size);

    cln->handler = wipe;
    cln->data = data;

    return data;
}


static void
ngx_http_barejwt_wipe_key(void *data)
{
    barejwt_key_wipe(data);
}


static void
ngx_http_barejwt_wipe_ring(void *data)
{
    barejwt_keyring_wipe(data);
}
