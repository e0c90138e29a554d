
/*
 * Lets requests with a valid access token in, and says in $barejwt_sub whose
 * they are.  See README.md.
 *
 * The key is prepared once for each barejwt_key_file of a configuration.  For
 * a request the library works on the stack.  What outlives the check, the
 * subject or the WWW-Authenticate header, is in the request's pool.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include <barejwt.h>


#define NGX_HTTP_BAREJWT_KEY_FILE_MAX  65536
#define NGX_HTTP_BAREJWT_TOKEN_MAX     BAREJWT_TOKEN_LEN_DEFAULT
#define NGX_HTTP_BAREJWT_SCRATCH                                              \
    BAREJWT_SCRATCH_MAX(NGX_HTTP_BAREJWT_TOKEN_MAX)


typedef struct {
    ngx_uint_t         auth;
    barejwt_key       *key;
    ngx_int_t          leeway;
    ngx_str_t          realm;
} ngx_http_barejwt_loc_conf_t;


typedef struct {
    ngx_str_t          sub;
} ngx_http_barejwt_ctx_t;


static ngx_int_t ngx_http_barejwt_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_barejwt_accept(ngx_http_request_t *r,
    barejwt_str *sub);
static ngx_int_t ngx_http_barejwt_refuse(ngx_http_request_t *r,
    ngx_http_barejwt_loc_conf_t *blcf, barejwt_status st);
static ngx_int_t ngx_http_barejwt_challenge(ngx_http_request_t *r,
    ngx_str_t *realm, barejwt_status st);
static ngx_table_elt_t *ngx_http_barejwt_challenge_header(
    ngx_http_request_t *r);

static ngx_int_t ngx_http_barejwt_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);

static ngx_int_t ngx_http_barejwt_add_variables(ngx_conf_t *cf);
static ngx_int_t ngx_http_barejwt_init(ngx_conf_t *cf);
static void *ngx_http_barejwt_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_barejwt_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child);
static char *ngx_http_barejwt_key_file(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static ssize_t ngx_http_barejwt_read_key(ngx_conf_t *cf, ngx_str_t *path,
    u_char *secret, size_t size);
static char *ngx_http_barejwt_prepare_key(ngx_conf_t *cf, ngx_str_t *path,
    u_char *secret, size_t len, barejwt_key **key);
static void ngx_http_barejwt_wipe_key(void *data);
static char *ngx_http_barejwt_check_realm(ngx_conf_t *cf, void *post,
    void *data);


static ngx_conf_enum_t  ngx_http_barejwt_modes[] = {
    { ngx_string("off"), BAREJWT_AUTH_NONE },
    { ngx_string("required"), BAREJWT_AUTH_REQUIRED },
    { ngx_string("optional"), BAREJWT_AUTH_OPTIONAL },
    { ngx_null_string, 0 }
};


static ngx_conf_num_bounds_t  ngx_http_barejwt_leeway_bounds = {
    ngx_conf_check_num_bounds, 0, NGX_MAX_INT32_VALUE
};


static ngx_conf_post_t  ngx_http_barejwt_realm_post = {
    ngx_http_barejwt_check_realm
};


static ngx_command_t  ngx_http_barejwt_commands[] = {

    { ngx_string("barejwt"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_enum_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_barejwt_loc_conf_t, auth),
      &ngx_http_barejwt_modes },

    { ngx_string("barejwt_key_file"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_barejwt_key_file,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("barejwt_leeway"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_num_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_barejwt_loc_conf_t, leeway),
      &ngx_http_barejwt_leeway_bounds },

    { ngx_string("barejwt_realm"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_barejwt_loc_conf_t, realm),
      &ngx_http_barejwt_realm_post },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_barejwt_module_ctx = {
    ngx_http_barejwt_add_variables,        /* preconfiguration */
    ngx_http_barejwt_init,                 /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_barejwt_create_loc_conf,      /* create location configuration */
    ngx_http_barejwt_merge_loc_conf        /* merge location configuration */
};


ngx_module_t  ngx_http_barejwt_module = {
    NGX_MODULE_V1,
    &ngx_http_barejwt_module_ctx,          /* module context */
    ngx_http_barejwt_commands,             /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_str_t  ngx_http_barejwt_sub_name = ngx_string("barejwt_sub");


static ngx_int_t
ngx_http_barejwt_handler(ngx_http_request_t *r)
{
    uint8_t                       scratch[NGX_HTTP_BAREJWT_SCRATCH];
    ngx_str_t                     header;
    barejwt_status                st;
    ngx_table_elt_t              *authorization;
    barejwt_identity              who;
    barejwt_validation            want = BAREJWT_VALIDATION_ACCESS;
    ngx_http_barejwt_loc_conf_t  *blcf;

    blcf = ngx_http_get_module_loc_conf(r, ngx_http_barejwt_module);

    if (blcf->auth == BAREJWT_AUTH_NONE) {
        return NGX_DECLINED;
    }

    want.leeway = (uint32_t) blcf->leeway;
    want.max_token_len = NGX_HTTP_BAREJWT_TOKEN_MAX;

    ngx_str_null(&header);
    authorization = r->headers_in.authorization;

    if (authorization != NULL) {
        header = authorization->value;
    }

    st = barejwt_authenticate(blcf->key, (uint32_t) blcf->auth,
                              (const char *) header.data, header.len, &want,
                              ngx_time(), scratch, sizeof(scratch), &who);

    if (st != BAREJWT_OK) {
        return ngx_http_barejwt_refuse(r, blcf, st);
    }

    if (who.kind != BAREJWT_IDENTITY_USER) {

        /* no opinion: "satisfy any" is not satisfied by nobody */

        return NGX_DECLINED;
    }

    return ngx_http_barejwt_accept(r, &who.claims.sub);
}


static ngx_int_t
ngx_http_barejwt_accept(ngx_http_request_t *r, barejwt_str *sub)
{
    size_t                   i;
    ngx_http_barejwt_ctx_t  *ctx;

    /*
     * $barejwt_sub goes into headers, where a line break would begin another
     * and blanks around it are lost: " a" and "a" would be one user
     */

    if (sub->len != 0
        && (sub->ptr[0] == ' ' || sub->ptr[sub->len - 1] == ' '))
    {
        ngx_log_error(NGX_LOG_NOTICE, r->connection->log, 0,
                      "barejwt: refused: blank at an end of sub");
        return NGX_HTTP_FORBIDDEN;
    }

    for (i = 0; i < sub->len; i++) {
        if ((u_char) sub->ptr[i] < 0x20 || sub->ptr[i] == 0x7f) {
            ngx_log_error(NGX_LOG_NOTICE, r->connection->log, 0,
                          "barejwt: refused: control character in sub");
            return NGX_HTTP_FORBIDDEN;
        }
    }

    ctx = ngx_palloc(r->pool, sizeof(ngx_http_barejwt_ctx_t));
    if (ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->sub.len = sub->len;
    ctx->sub.data = ngx_pnalloc(r->pool, sub->len);
    if (ctx->sub.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_memcpy(ctx->sub.data, sub->ptr, sub->len);
    ngx_http_set_ctx(r, ctx, ngx_http_barejwt_module);

    return NGX_OK;
}


static ngx_int_t
ngx_http_barejwt_refuse(ngx_http_request_t *r,
    ngx_http_barejwt_loc_conf_t *blcf, barejwt_status st)
{
    ngx_int_t  status;

    status = barejwt_http_status(st);

    if (status == NGX_HTTP_INTERNAL_SERVER_ERROR) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "barejwt: cannot check: %s", barejwt_strerror(st));
        return status;
    }

    ngx_log_error(NGX_LOG_NOTICE, r->connection->log, 0,
                  "barejwt: refused: %s", barejwt_strerror(st));

    if (ngx_http_barejwt_challenge(r, &blcf->realm, st) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return status;
}


static ngx_int_t
ngx_http_barejwt_challenge(ngx_http_request_t *r, ngx_str_t *realm,
    barejwt_status st)
{
    char             *value;
    size_t            size, len;
    ngx_table_elt_t  *h;

    size = BAREJWT_WWW_AUTHENTICATE_MAX(realm->len);

    value = ngx_pnalloc(r->pool, size);
    if (value == NULL) {
        return NGX_ERROR;
    }

    st = barejwt_www_authenticate(st, (const char *) realm->data, realm->len,
                                  value, size, &len);
    if (st != BAREJWT_OK) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "barejwt: cannot challenge: %s", barejwt_strerror(st));
        return NGX_ERROR;
    }

    h = ngx_http_barejwt_challenge_header(r);
    if (h == NULL) {
        return NGX_ERROR;
    }

    h->value.data = (u_char *) value;
    h->value.len = len;

    return NGX_OK;
}


/*
 * A challenge of an earlier round, before error_page redirected to a location
 * that refuses too, is replaced.  Another module's is kept beside ours.
 */

static ngx_table_elt_t *
ngx_http_barejwt_challenge_header(ngx_http_request_t *r)
{
    ngx_table_elt_t  *h;

    h = r->headers_out.www_authenticate;

    if (h != NULL && h->value.len >= sizeof("Bearer ") - 1
        && ngx_strncmp(h->value.data, "Bearer ", sizeof("Bearer ") - 1) == 0)
    {
        return h;
    }

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NULL;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->hash = 1;
    ngx_str_set(&h->key, "WWW-Authenticate");

    /* "satisfy any" takes it back from here where another module lets in */

    r->headers_out.www_authenticate = h;

    return h;
}


static ngx_int_t
ngx_http_barejwt_variable(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    ngx_http_barejwt_ctx_t  *ctx;

    /* nginx checks the access of main requests only */

    ctx = ngx_http_get_module_ctx(r->main, ngx_http_barejwt_module);

    if (ctx == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
    v->len = ctx->sub.len;
    v->data = ctx->sub.data;

    return NGX_OK;
}


static ngx_int_t
ngx_http_barejwt_add_variables(ngx_conf_t *cf)
{
    ngx_http_variable_t  *var;

    /* a rewrite rule may have read it before the token is checked */

    var = ngx_http_add_variable(cf, &ngx_http_barejwt_sub_name,
                                NGX_HTTP_VAR_NOCACHEABLE);
    if (var == NULL) {
        return NGX_ERROR;
    }

    var->get_handler = ngx_http_barejwt_variable;

    return NGX_OK;
}


static ngx_int_t
ngx_http_barejwt_init(ngx_conf_t *cf)
{
    ngx_http_handler_pt        *h;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_ACCESS_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = ngx_http_barejwt_handler;

    return NGX_OK;
}


static void *
ngx_http_barejwt_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_barejwt_loc_conf_t  *conf;

    conf = ngx_pcalloc(cf->pool, sizeof(ngx_http_barejwt_loc_conf_t));
    if (conf == NULL) {
        return NULL;
    }

    conf->auth = NGX_CONF_UNSET_UINT;
    conf->key = NGX_CONF_UNSET_PTR;
    conf->leeway = NGX_CONF_UNSET;

    return conf;
}


static char *
ngx_http_barejwt_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_http_barejwt_loc_conf_t *prev = parent;
    ngx_http_barejwt_loc_conf_t *conf = child;

    ngx_conf_merge_uint_value(conf->auth, prev->auth, BAREJWT_AUTH_NONE);
    ngx_conf_merge_ptr_value(conf->key, prev->key, NULL);
    ngx_conf_merge_value(conf->leeway, prev->leeway, 0);
    ngx_conf_merge_str_value(conf->realm, prev->realm, "api");

    if (conf->auth != BAREJWT_AUTH_NONE && conf->key == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"barejwt\" in %s:%ui needs a \"barejwt_key_file\"",
                      cf->conf_file->file.name.data, cf->conf_file->line);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_barejwt_key_file(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_barejwt_loc_conf_t *blcf = conf;

    /* one byte more, to notice a longer file */

    u_char      secret[NGX_HTTP_BAREJWT_KEY_FILE_MAX + 1];
    char       *rv;
    ssize_t     n;
    ngx_str_t  *value;

    if (blcf->key != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_conf_full_name(cf->cycle, &value[1], 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    n = ngx_http_barejwt_read_key(cf, &value[1], secret, sizeof(secret));

    rv = (n == NGX_ERROR) ? NGX_CONF_ERROR
                          : ngx_http_barejwt_prepare_key(cf, &value[1], secret,
                                                         n, &blcf->key);

    ngx_explicit_memzero(secret, sizeof(secret));

    return rv;
}


static ssize_t
ngx_http_barejwt_read_key(ngx_conf_t *cf, ngx_str_t *path, u_char *secret,
    size_t size)
{
    size_t    len;
    ssize_t   n;
    ngx_fd_t  fd;

    fd = ngx_open_file(path->data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);
    if (fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           "cannot open barejwt_key_file \"%V\"", path);
        return NGX_ERROR;
    }

    len = 0;

    do {
        n = ngx_read_fd(fd, secret + len, size - len);

        if (n == -1) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                               "cannot read barejwt_key_file \"%V\"", path);
            len = 0;
            break;
        }

        len += n;

    } while (n > 0 && len < size);

    if (ngx_close_file(fd) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_ALERT, cf, ngx_errno,
                           "cannot close barejwt_key_file \"%V\"", path);
    }

    return (n == -1) ? NGX_ERROR : (ssize_t) len;
}


static char *
ngx_http_barejwt_prepare_key(ngx_conf_t *cf, ngx_str_t *path, u_char *secret,
    size_t len, barejwt_key **key)
{
    barejwt_key         *prepared;
    barejwt_status       st;
    ngx_pool_cleanup_t  *cln;

    if (len > NGX_HTTP_BAREJWT_KEY_FILE_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "barejwt_key_file \"%V\" is longer than %d bytes",
                           path, NGX_HTTP_BAREJWT_KEY_FILE_MAX);
        return NGX_CONF_ERROR;
    }

    if (len > 0 && secret[len - 1] == LF) {
        len--;
    }

    /* ngx_palloc aligns to a long, which may be less than a uint64_t needs */

    prepared = ngx_pmemalign(cf->pool, sizeof(barejwt_key), sizeof(uint64_t));
    cln = ngx_pool_cleanup_add(cf->pool, 0);

    if (prepared == NULL || cln == NULL) {
        return NGX_CONF_ERROR;
    }

    cln->handler = ngx_http_barejwt_wipe_key;
    cln->data = prepared;

    st = barejwt_key_init(prepared, secret, len);
    if (st != BAREJWT_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "cannot use barejwt_key_file \"%V\": %s "
                           "(%uz bytes, at least %d needed)",
                           path, barejwt_strerror(st), len, BAREJWT_KEY_MIN);
        return NGX_CONF_ERROR;
    }

    *key = prepared;

    return NGX_CONF_OK;
}


static void
ngx_http_barejwt_wipe_key(void *data)
{
    barejwt_key_wipe(data);
}


static char *
ngx_http_barejwt_check_realm(ngx_conf_t *cf, void *post, void *data)
{
    ngx_str_t *realm = data;

    char            *value;
    size_t           size, len;
    barejwt_status   st;

    size = BAREJWT_WWW_AUTHENTICATE_MAX(realm->len);

    value = ngx_pnalloc(cf->temp_pool, size);
    if (value == NULL) {
        return NGX_CONF_ERROR;
    }

    st = barejwt_www_authenticate(BAREJWT_E_AUTHORIZATION_MISSING,
                                  (const char *) realm->data, realm->len,
                                  value, size, &len);

    if (st != BAREJWT_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "invalid barejwt_realm: %s",
                           barejwt_strerror(st));
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}
