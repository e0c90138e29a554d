
/*
 * Lets in requests with a valid token.  The variables $barejwt_sub and
 * $barejwt_claim_NAME have the claims of the token.  See README.md.
 *
 * Keys are prepared when a configuration is read.  The library allocates
 * nothing.  The request's pool has the memory that the library needs, and from
 * which the variables are read later.
 */


#include "ngx_http_barejwt.h"


#define NGX_HTTP_BAREJWT_BODY_NGINX  0
#define NGX_HTTP_BAREJWT_BODY_JSON   1

#define NGX_HTTP_BAREJWT_EMPTY                                               \
    "has an empty argument: write what it must be, or remove the directive"


typedef struct {
    ngx_uint_t         auth;
    ngx_uint_t         profile;
    barejwt_key       *key;
    ngx_array_t       *sources;       /* of ngx_http_barejwt_source_t */
    ngx_str_t          issuer;
    ngx_str_t          audience;
    ngx_array_t       *require;       /* of ngx_str_t, as the next two */
    ngx_array_t       *allow_missing;
    ngx_array_t       *ignore;
    ngx_array_t       *members;       /* of require: what is no claim of ours */
    ngx_int_t          leeway;
    ngx_int_t          max_age;
    size_t             max_token;
    ngx_flag_t         pass_options;
    ngx_uint_t         body;
    ngx_str_t          realm;

    /* the rules, made of the members above */

    barejwt_validation  want;

    /* the place of the block, for messages about the whole block */

    ngx_str_t          file;
    ngx_uint_t         line;
} ngx_http_barejwt_loc_conf_t;


typedef struct {
    barejwt_identity   who;
} ngx_http_barejwt_ctx_t;


typedef char *(*ngx_http_barejwt_read_pt)(ngx_conf_t *cf, ngx_str_t *path,
    ngx_http_barejwt_init_pt init, barejwt_key **key);


static ngx_int_t ngx_http_barejwt_handler(ngx_http_request_t *r);
static ngx_int_t ngx_http_barejwt_check(ngx_http_request_t *r,
    ngx_http_barejwt_loc_conf_t *blcf, barejwt_status *st);
static barejwt_status ngx_http_barejwt_members(
    ngx_http_barejwt_loc_conf_t *blcf, barejwt_claims *claims);
static ngx_int_t ngx_http_barejwt_accept(ngx_http_request_t *r,
    barejwt_str *sub);
static ngx_int_t ngx_http_barejwt_refuse(ngx_http_request_t *r,
    ngx_http_barejwt_loc_conf_t *blcf, barejwt_status st);
static const char *ngx_http_barejwt_reason(ngx_http_barejwt_loc_conf_t *blcf,
    barejwt_status st);
static ngx_int_t ngx_http_barejwt_json_body(ngx_http_request_t *r,
    ngx_int_t status, const char *reason);
static ngx_int_t ngx_http_barejwt_challenge(ngx_http_request_t *r,
    ngx_str_t *realm, barejwt_status st);
static ngx_table_elt_t *ngx_http_barejwt_challenge_header(
    ngx_http_request_t *r);

static ngx_int_t ngx_http_barejwt_sub_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_barejwt_claim_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_barejwt_named_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_http_barejwt_ctx_t *ngx_http_barejwt_user(ngx_http_request_t *r);

static ngx_int_t ngx_http_barejwt_add_variables(ngx_conf_t *cf);
static ngx_int_t ngx_http_barejwt_init(ngx_conf_t *cf);
static void *ngx_http_barejwt_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_barejwt_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child);
static char *ngx_http_barejwt_make_rules(ngx_conf_t *cf,
    ngx_http_barejwt_loc_conf_t *conf);
static barejwt_str ngx_http_barejwt_str(ngx_str_t *text);
static uint32_t ngx_http_barejwt_claim_bit(ngx_str_t *name);
static uint32_t ngx_http_barejwt_claim_bits(ngx_array_t *names);
static char *ngx_http_barejwt_check_conf(ngx_conf_t *cf,
    ngx_http_barejwt_loc_conf_t *conf);
static char *ngx_http_barejwt_set_key_file(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static char *ngx_http_barejwt_set_keys(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_barejwt_set_key(ngx_conf_t *cf,
    ngx_http_barejwt_loc_conf_t *conf, ngx_http_barejwt_read_pt read);
static char *ngx_http_barejwt_set_token(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_barejwt_set_names(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_barejwt_set_text(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_barejwt_set_seconds(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_barejwt_set_size(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_barejwt_set_word(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_barejwt_set_claim(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_barejwt_check_realm(ngx_conf_t *cf, void *post,
    void *data);
static ngx_uint_t ngx_http_barejwt_has_empty(ngx_conf_t *cf);


static ngx_conf_enum_t  ngx_http_barejwt_modes[] = {
    { ngx_string("off"), BAREJWT_AUTH_NONE },
    { ngx_string("required"), BAREJWT_AUTH_REQUIRED },
    { ngx_string("optional"), BAREJWT_AUTH_OPTIONAL },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_http_barejwt_profiles[] = {
    { ngx_string("site"), BAREJWT_TYPE_ACCESS },
    { ngx_string("jwt"), BAREJWT_TYPE_JWT },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_http_barejwt_bodies[] = {
    { ngx_string("nginx"), NGX_HTTP_BAREJWT_BODY_NGINX },
    { ngx_string("json"), NGX_HTTP_BAREJWT_BODY_JSON },
    { ngx_null_string, 0 }
};


static ngx_conf_post_t  ngx_http_barejwt_realm_post = {
    ngx_http_barejwt_check_realm
};


static ngx_command_t  ngx_http_barejwt_commands[] = {

    { ngx_string("barejwt"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_barejwt_set_word,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_barejwt_loc_conf_t, auth),
      &ngx_http_barejwt_modes },

    { ngx_string("barejwt_profile"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_barejwt_set_word,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_barejwt_loc_conf_t, profile),
      &ngx_http_barejwt_profiles },

    { ngx_string("barejwt_key_file"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE12,
      ngx_http_barejwt_set_key_file,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("barejwt_keys"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE12,
      ngx_http_barejwt_set_keys,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("barejwt_token"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_barejwt_set_token,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("barejwt_issuer"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_barejwt_set_text,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_barejwt_loc_conf_t, issuer),
      NULL },

    { ngx_string("barejwt_audience"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_barejwt_set_text,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_barejwt_loc_conf_t, audience),
      NULL },

    { ngx_string("barejwt_claim"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE2,
      ngx_http_barejwt_set_claim,
      0,
      0,
      NULL },

    { ngx_string("barejwt_require"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_barejwt_set_names,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_barejwt_loc_conf_t, require),
      NULL },

    { ngx_string("barejwt_allow_missing"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_barejwt_set_names,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_barejwt_loc_conf_t, allow_missing),
      NULL },

    { ngx_string("barejwt_ignore"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ngx_http_barejwt_set_names,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_barejwt_loc_conf_t, ignore),
      NULL },

    { ngx_string("barejwt_leeway"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_barejwt_set_seconds,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_barejwt_loc_conf_t, leeway),
      NULL },

    { ngx_string("barejwt_max_age"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_barejwt_set_seconds,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_barejwt_loc_conf_t, max_age),
      NULL },

    { ngx_string("barejwt_max_token"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_barejwt_set_size,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_barejwt_loc_conf_t, max_token),
      NULL },

    { ngx_string("barejwt_pass_options"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_barejwt_loc_conf_t, pass_options),
      NULL },

    { ngx_string("barejwt_body"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_barejwt_set_word,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_barejwt_loc_conf_t, body),
      &ngx_http_barejwt_bodies },

    { ngx_string("barejwt_realm"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_barejwt_set_text,
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


static ngx_http_variable_t  ngx_http_barejwt_variables[] = {

    /* not cached: a rewrite rule may read them before the token is checked */

    { ngx_string("barejwt_sub"), NULL, ngx_http_barejwt_sub_variable, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("barejwt_claim_"), NULL, ngx_http_barejwt_claim_variable, 0,
      NGX_HTTP_VAR_NOCACHEABLE|NGX_HTTP_VAR_PREFIX, 0 },

      ngx_http_null_variable
};


static ngx_http_barejwt_source_t  ngx_http_barejwt_usual_source = {
    NGX_HTTP_BAREJWT_HEADER, ngx_string("Authorization"), 1
};


static ngx_array_t  ngx_http_barejwt_usual_sources = {
    &ngx_http_barejwt_usual_source, 1, sizeof(ngx_http_barejwt_source_t), 1,
    NULL
};


static ngx_array_t  ngx_http_barejwt_no_names = {
    NULL, 0, sizeof(ngx_str_t), 0, NULL
};


static ngx_int_t
ngx_http_barejwt_handler(ngx_http_request_t *r)
{
    ngx_int_t                     rc;
    barejwt_status                st;
    ngx_http_barejwt_loc_conf_t  *blcf;

    blcf = ngx_http_get_module_loc_conf(r, ngx_http_barejwt_module);

    /* NGX_DECLINED is no opinion, so "satisfy any" is not satisfied */

    if (blcf->auth == BAREJWT_AUTH_NONE
        || (blcf->pass_options && r->method == NGX_HTTP_OPTIONS))
    {
        return NGX_DECLINED;
    }

    st = BAREJWT_OK;

    rc = ngx_http_barejwt_check(r, blcf, &st);

    if (st != BAREJWT_OK) {
        return ngx_http_barejwt_refuse(r, blcf, st);
    }

    return rc;
}


static ngx_int_t
ngx_http_barejwt_check(ngx_http_request_t *r,
    ngx_http_barejwt_loc_conf_t *blcf, barejwt_status *st)
{
    void                    *scratch;
    size_t                   size;
    ngx_int_t                rc;
    ngx_str_t                header;
    ngx_http_barejwt_ctx_t  *ctx;

    rc = ngx_http_barejwt_token(r, blcf->sources, &header);

    if (rc == NGX_DECLINED) {
        *st = BAREJWT_E_AUTHORIZATION_MALFORMED;
        return NGX_DECLINED;
    }

    size = barejwt_scratch_size(ngx_min(header.len, blcf->max_token));
    scratch = ngx_pnalloc(r->pool, size);

    /* ngx_palloc aligns to a long, which may be less than a uint64_t needs */

    ctx = ngx_palloc(r->pool,
                     sizeof(ngx_http_barejwt_ctx_t) + sizeof(uint64_t));

    if (rc != NGX_OK || scratch == NULL || ctx == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx = (ngx_http_barejwt_ctx_t *) ngx_align_ptr(ctx, sizeof(uint64_t));

    *st = barejwt_authenticate(blcf->key, (uint32_t) blcf->auth,
                               (const char *) header.data, header.len,
                               &blcf->want, ngx_time(), scratch, size,
                               &ctx->who);

    if (*st != BAREJWT_OK || ctx->who.kind != BAREJWT_IDENTITY_USER) {
        return NGX_DECLINED;
    }

    *st = ngx_http_barejwt_members(blcf, &ctx->who.claims);

    if (*st != BAREJWT_OK) {
        return NGX_DECLINED;
    }

    rc = ngx_http_barejwt_accept(r, &ctx->who.claims.sub);

    if (rc == NGX_OK) {
        ngx_http_set_ctx(r, ctx, ngx_http_barejwt_module);
    }

    return rc;
}


/* the members of barejwt_require that the library does not know */

static barejwt_status
ngx_http_barejwt_members(ngx_http_barejwt_loc_conf_t *blcf,
    barejwt_claims *claims)
{
    ngx_str_t       *name;
    ngx_uint_t       i;
    barejwt_value    value;
    barejwt_status   st;

    name = blcf->members->elts;

    for (i = 0; i < blcf->members->nelts; i++) {

        st = barejwt_claims_get(claims, (const char *) name[i].data,
                                name[i].len, NULL, 0, &value);

        if (st == BAREJWT_E_CLAIM_ABSENT) {
            return BAREJWT_E_CLAIMS_MISSING;
        }

        if (st != BAREJWT_OK && st != BAREJWT_E_OUTPUT_TOO_SMALL) {
            return st;
        }
    }

    return BAREJWT_OK;
}


static ngx_int_t
ngx_http_barejwt_accept(ngx_http_request_t *r, barejwt_str *sub)
{
    size_t  i;

    /*
     * $barejwt_sub goes into headers.  There a line break would begin another
     * header, and blanks at the ends are lost: " a" and "a" would be one user.
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

    return NGX_OK;
}


static ngx_int_t
ngx_http_barejwt_refuse(ngx_http_request_t *r,
    ngx_http_barejwt_loc_conf_t *blcf, barejwt_status st)
{
    ngx_int_t    status;
    const char  *reason;

    status = barejwt_http_status(st);

    if (status == NGX_HTTP_INTERNAL_SERVER_ERROR) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "barejwt: cannot check: %s", barejwt_strerror(st));
        return status;
    }

    reason = ngx_http_barejwt_reason(blcf, st);

    ngx_log_error(NGX_LOG_NOTICE, r->connection->log, 0,
                  "barejwt: refused: %s", reason);

    if (ngx_http_barejwt_challenge(r, &blcf->realm, st) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (blcf->body == NGX_HTTP_BAREJWT_BODY_JSON) {
        return ngx_http_barejwt_json_body(r, status, reason);
    }

    return status;
}


/* the library's reasons name the Authorization header */

static const char *
ngx_http_barejwt_reason(ngx_http_barejwt_loc_conf_t *blcf, barejwt_status st)
{
    if (blcf->sources != &ngx_http_barejwt_usual_sources) {

        if (st == BAREJWT_E_AUTHORIZATION_MISSING) {
            return "no place that barejwt_token names has a token";
        }

        if (st == BAREJWT_E_AUTHORIZATION_MALFORMED) {
            return "the places that barejwt_token names do not have one "
                   "well-formed token";
        }
    }

    return barejwt_strerror(st);
}


/* the reasons have no quote and no backslash */

static ngx_int_t
ngx_http_barejwt_json_body(ngx_http_request_t *r, ngx_int_t status,
    const char *reason)
{
    u_char                    *p;
    size_t                     size;
    ngx_http_complex_value_t   body;

    static ngx_str_t  type = ngx_string("application/json");

    size = sizeof("{\"code\":400,\"data\":null,\"msg\":\"\"}") + ngx_strlen(reason);

    p = ngx_pnalloc(r->pool, size);
    if (p == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_memzero(&body, sizeof(ngx_http_complex_value_t));

    body.value.data = p;
    body.value.len = ngx_snprintf(p, size,
                                  "{\"code\":%i,\"data\":null,\"msg\":\"%s\"}",
                                  status, reason)
                     - p;

    ngx_http_finalize_request(r,
                              ngx_http_send_response(r, status, &type, &body));

    return NGX_DONE;
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
 * error_page may redirect a refused request to a location that refuses too.
 * Then the second challenge replaces the first.  A challenge of another module
 * is kept beside ours.
 */

static ngx_table_elt_t *
ngx_http_barejwt_challenge_header(ngx_http_request_t *r)
{
    ngx_table_elt_t  *h;

    h = r->headers_out.www_authenticate;

#if (nginx_version >= 1023000)

    /* from this version on it is a list, and our challenge goes first */

    while (h != NULL && h->next != NULL
           && ngx_strncmp(h->value.data, "Bearer ", sizeof("Bearer ") - 1) != 0)
    {
        h = h->next;
    }

#endif

    if (h != NULL && h->value.len >= sizeof("Bearer ") - 1
        && ngx_strncmp(h->value.data, "Bearer ", sizeof("Bearer ") - 1) == 0)
    {
        /* "satisfy any" may have removed it, before an internal redirect */

        h->hash = 1;

        return h;
    }

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NULL;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->hash = 1;
    ngx_str_set(&h->key, "WWW-Authenticate");

#if (nginx_version >= 1023000)
    h->next = r->headers_out.www_authenticate;
#endif

    /* here "satisfy any" finds and removes it, if another module lets in */

    r->headers_out.www_authenticate = h;

    return h;
}


static ngx_int_t
ngx_http_barejwt_sub_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_http_barejwt_ctx_t  *ctx;

    ctx = ngx_http_barejwt_user(r);

    if (ctx == NULL) {
        v->not_found = 1;
        return NGX_OK;
    }

    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
    v->len = ctx->who.claims.sub.len;
    v->data = (u_char *) ctx->who.claims.sub.ptr;

    return NGX_OK;
}


static ngx_int_t
ngx_http_barejwt_claim_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t *variable = (ngx_str_t *) data;

    ngx_str_t  name;

    name.data = variable->data + sizeof("barejwt_claim_") - 1;
    name.len = variable->len - (sizeof("barejwt_claim_") - 1);

    return ngx_http_barejwt_named_variable(r, v, (uintptr_t) &name);
}


/* a variable of barejwt_claim, whose name nginx has not changed */

static ngx_int_t
ngx_http_barejwt_named_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t *name = (ngx_str_t *) data;

    ngx_int_t                rc;
    ngx_str_t                text;
    ngx_http_barejwt_ctx_t  *ctx;

    ctx = ngx_http_barejwt_user(r);

    rc = (ctx == NULL) ? NGX_DECLINED
                       : ngx_http_barejwt_claim(r, &ctx->who.claims, name,
                                                &text);
    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (rc == NGX_DECLINED) {
        v->not_found = 1;
        return NGX_OK;
    }

    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
    v->len = text.len;
    v->data = text.data;

    return NGX_OK;
}


/* nginx checks the access of main requests only */

static ngx_http_barejwt_ctx_t *
ngx_http_barejwt_user(ngx_http_request_t *r)
{
    return ngx_http_get_module_ctx(r->main, ngx_http_barejwt_module);
}


static ngx_int_t
ngx_http_barejwt_add_variables(ngx_conf_t *cf)
{
    ngx_http_variable_t  *var, *v;

    for (v = ngx_http_barejwt_variables; v->name.len; v++) {

        var = ngx_http_add_variable(cf, &v->name, v->flags);
        if (var == NULL) {
            return NGX_ERROR;
        }

        var->get_handler = v->get_handler;
    }

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
    conf->profile = NGX_CONF_UNSET_UINT;
    conf->key = NGX_CONF_UNSET_PTR;
    conf->sources = NGX_CONF_UNSET_PTR;
    conf->require = NGX_CONF_UNSET_PTR;
    conf->allow_missing = NGX_CONF_UNSET_PTR;
    conf->ignore = NGX_CONF_UNSET_PTR;
    conf->leeway = NGX_CONF_UNSET;
    conf->max_age = NGX_CONF_UNSET;
    conf->max_token = NGX_CONF_UNSET_SIZE;
    conf->pass_options = NGX_CONF_UNSET;
    conf->body = NGX_CONF_UNSET_UINT;
    conf->file = cf->conf_file->file.name;
    conf->line = cf->conf_file->line;

    return conf;
}


static char *
ngx_http_barejwt_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_http_barejwt_loc_conf_t *prev = parent;
    ngx_http_barejwt_loc_conf_t *conf = child;

    ngx_conf_merge_uint_value(conf->auth, prev->auth, BAREJWT_AUTH_NONE);
    ngx_conf_merge_uint_value(conf->profile, prev->profile,
                              BAREJWT_TYPE_ACCESS);
    ngx_conf_merge_ptr_value(conf->key, prev->key, NULL);
    ngx_conf_merge_ptr_value(conf->sources, prev->sources,
                             &ngx_http_barejwt_usual_sources);
    ngx_conf_merge_str_value(conf->issuer, prev->issuer, "off");
    ngx_conf_merge_str_value(conf->audience, prev->audience, "off");
    ngx_conf_merge_ptr_value(conf->require, prev->require,
                             &ngx_http_barejwt_no_names);
    ngx_conf_merge_ptr_value(conf->allow_missing, prev->allow_missing,
                             &ngx_http_barejwt_no_names);
    ngx_conf_merge_ptr_value(conf->ignore, prev->ignore,
                             &ngx_http_barejwt_no_names);
    ngx_conf_merge_value(conf->leeway, prev->leeway, 0);
    ngx_conf_merge_value(conf->max_age, prev->max_age, 0);
    ngx_conf_merge_size_value(conf->max_token, prev->max_token,
                              BAREJWT_TOKEN_LEN_DEFAULT);
    ngx_conf_merge_value(conf->pass_options, prev->pass_options, 0);
    ngx_conf_merge_uint_value(conf->body, prev->body,
                              NGX_HTTP_BAREJWT_BODY_NGINX);
    ngx_conf_merge_str_value(conf->realm, prev->realm, "api");

    if (ngx_http_barejwt_make_rules(cf, conf) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    return ngx_http_barejwt_check_conf(cf, conf);
}


static char *
ngx_http_barejwt_make_rules(ngx_conf_t *cf, ngx_http_barejwt_loc_conf_t *conf)
{
    ngx_str_t           *name, *member;
    ngx_uint_t           i;
    barejwt_validation   want = BAREJWT_VALIDATION_JWT;

    want.token_type = (uint32_t) conf->profile;
    want.issuer = ngx_http_barejwt_str(&conf->issuer);
    want.audience = ngx_http_barejwt_str(&conf->audience);
    want.require = ngx_http_barejwt_claim_bits(conf->require);
    want.allow_missing = ngx_http_barejwt_claim_bits(conf->allow_missing);
    want.ignore = ngx_http_barejwt_claim_bits(conf->ignore);
    want.leeway = (uint32_t) conf->leeway;
    want.max_age = (uint32_t) conf->max_age;
    want.max_token_len = conf->max_token;

    conf->want = want;

    conf->members = ngx_array_create(cf->pool, 1, sizeof(ngx_str_t));
    if (conf->members == NULL) {
        return NGX_CONF_ERROR;
    }

    name = conf->require->elts;

    for (i = 0; i < conf->require->nelts; i++) {

        if (ngx_http_barejwt_claim_bit(&name[i]) != 0) {
            continue;
        }

        member = ngx_array_push(conf->members);
        if (member == NULL) {
            return NGX_CONF_ERROR;
        }

        *member = name[i];
    }

    return NGX_CONF_OK;
}


static barejwt_str
ngx_http_barejwt_str(ngx_str_t *text)
{
    barejwt_str  str = { NULL, 0 };

    if (text->len != 3 || ngx_strncmp(text->data, "off", 3) != 0) {
        str.ptr = (const char *) text->data;
        str.len = text->len;
    }

    return str;
}


/* returns 0 for a member that the library does not know */

static uint32_t
ngx_http_barejwt_claim_bit(ngx_str_t *name)
{
    ngx_uint_t  i;

    static const struct {
        ngx_str_t  name;
        uint32_t   bit;
    } claims[] = {
        { ngx_string("token_type"), BAREJWT_CLAIM_TOKEN_TYPE },
        { ngx_string("sub"), BAREJWT_CLAIM_SUB },
        { ngx_string("exp"), BAREJWT_CLAIM_EXP },
        { ngx_string("nbf"), BAREJWT_CLAIM_NBF },
        { ngx_string("state_hash"), BAREJWT_CLAIM_STATE_HASH },
        { ngx_string("iss"), BAREJWT_CLAIM_ISS },
        { ngx_string("aud"), BAREJWT_CLAIM_AUD },
        { ngx_string("iat"), BAREJWT_CLAIM_IAT },
        { ngx_string("jti"), BAREJWT_CLAIM_JTI }
    };

    for (i = 0; i < sizeof(claims) / sizeof(claims[0]); i++) {

        if (name->len == claims[i].name.len
            && ngx_strncmp(name->data, claims[i].name.data, name->len) == 0)
        {
            return claims[i].bit;
        }
    }

    return 0;
}


static uint32_t
ngx_http_barejwt_claim_bits(ngx_array_t *names)
{
    uint32_t     bits;
    ngx_str_t   *name;
    ngx_uint_t   i;

    bits = 0;
    name = names->elts;

    for (i = 0; i < names->nelts; i++) {
        bits |= ngx_http_barejwt_claim_bit(&name[i]);
    }

    return bits;
}


static char *
ngx_http_barejwt_check_conf(ngx_conf_t *cf, ngx_http_barejwt_loc_conf_t *conf)
{
    const char                *problem;
    ngx_http_core_loc_conf_t  *clcf;
    ngx_http_core_srv_conf_t  *cscf;

    if (conf->auth == BAREJWT_AUTH_NONE) {
        return NGX_CONF_OK;
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    cscf = ngx_http_conf_get_module_srv_conf(cf, ngx_http_core_module);

    if (conf->key == NULL) {
        problem = "\"barejwt\" needs a \"barejwt_keys\" or a "
                  "\"barejwt_key_file\"";

    } else if ((conf->want.require & BAREJWT_CLAIM_AUD)
               && conf->want.audience.ptr == NULL)
    {
        problem = "\"barejwt_require aud\" needs a \"barejwt_audience\"";

    } else if (conf->want.require
               & (conf->want.allow_missing | conf->want.ignore))
    {
        problem = "\"barejwt_require\" names a claim that "
                  "\"barejwt_allow_missing\" or \"barejwt_ignore\" names too";

    } else if (conf->body == NGX_HTTP_BAREJWT_BODY_JSON
               && clcf->satisfy == NGX_HTTP_SATISFY_ANY)
    {
        problem = "\"barejwt_body json\" cannot be with \"satisfy any\": "
                  "give the body by \"error_page 401\"";

    } else if (ngx_http_barejwt_has_underscore(conf->sources)
               && !cscf->underscores_in_headers
               && cscf->ignore_invalid_headers)
    {
        problem = "\"barejwt_token\" names a header with \"_\", which nginx "
                  "drops unless \"underscores_in_headers\" is on";

    } else {
        return NGX_CONF_OK;
    }

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "%s in the block that begins in %V:%ui", problem,
                  &conf->file, conf->line);

    return NGX_CONF_ERROR;
}


static char *
ngx_http_barejwt_set_key_file(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    return ngx_http_barejwt_set_key(cf, conf, ngx_http_barejwt_key_file);
}


static char *
ngx_http_barejwt_set_keys(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    return ngx_http_barejwt_set_key(cf, conf, ngx_http_barejwt_keys);
}


static char *
ngx_http_barejwt_set_key(ngx_conf_t *cf, ngx_http_barejwt_loc_conf_t *conf,
    ngx_http_barejwt_read_pt read)
{
    ngx_str_t                 *value;
    ngx_http_barejwt_init_pt   init;

    if (conf->key != NGX_CONF_UNSET_PTR) {
        return "comes after another key file: one is enough";
    }

    if (ngx_http_barejwt_has_empty(cf)) {
        return NGX_HTTP_BAREJWT_EMPTY;
    }

    value = cf->args->elts;
    init = barejwt_key_init;

    if (cf->args->nelts == 3) {

        if (ngx_strcmp(value[2].data, "weak") != 0) {
            return "takes nothing after its path but \"weak\"";
        }

        init = barejwt_key_init_weak;
    }

    return read(cf, &value[1], init, &conf->key);
}


static char *
ngx_http_barejwt_set_token(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_barejwt_loc_conf_t *blcf = conf;

    ngx_str_t                  *value;
    ngx_uint_t                  i;
    ngx_http_barejwt_source_t  *source;

    if (blcf->sources != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    blcf->sources = ngx_array_create(cf->pool, cf->args->nelts - 1,
                                     sizeof(ngx_http_barejwt_source_t));
    if (blcf->sources == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        source = ngx_array_push(blcf->sources);

        if (source == NULL
            || ngx_http_barejwt_source(cf, &value[i], source) != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }

        if (ngx_http_barejwt_named_before(blcf->sources)) {
            return "names a place twice";
        }
    }

    return NGX_CONF_OK;
}


/* barejwt_require, barejwt_allow_missing and barejwt_ignore */

static char *
ngx_http_barejwt_set_names(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char  *p = conf;

    ngx_str_t     *value, *name;
    ngx_uint_t     i;
    ngx_array_t  **names;

    names = (ngx_array_t **) (p + cmd->offset);

    if (*names != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    if (ngx_http_barejwt_has_empty(cf)) {
        return NGX_HTTP_BAREJWT_EMPTY;
    }

    *names = ngx_array_create(cf->pool, cf->args->nelts - 1, sizeof(ngx_str_t));
    if (*names == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    if (cf->args->nelts == 2 && ngx_strcmp(value[1].data, "off") == 0) {
        return NGX_CONF_OK;
    }

    for (i = 1; i < cf->args->nelts; i++) {

        if (ngx_strcmp(value[i].data, "off") == 0) {
            return "takes no other name beside \"off\"";
        }

        if (cmd->offset != offsetof(ngx_http_barejwt_loc_conf_t, require)
            && ngx_http_barejwt_claim_bit(&value[i]) == 0)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"%V\" knows no claim \"%V\": it must be one "
                               "of token_type, sub, exp, nbf, state_hash, "
                               "iss, aud, iat and jti",
                               &cmd->name, &value[i]);
            return NGX_CONF_ERROR;
        }

        name = ngx_array_push(*names);
        if (name == NULL) {
            return NGX_CONF_ERROR;
        }

        *name = value[i];
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_barejwt_set_text(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    if (ngx_http_barejwt_has_empty(cf)) {
        return NGX_HTTP_BAREJWT_EMPTY;
    }

    return ngx_conf_set_str_slot(cf, cmd, conf);
}


/* as ngx_conf_set_sec_slot(), whose error does not say what to write */

static char *
ngx_http_barejwt_set_seconds(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char  *p = conf;

    ngx_int_t  *np;
    ngx_str_t  *value;

    np = (ngx_int_t *) (p + cmd->offset);

    if (*np != NGX_CONF_UNSET) {
        return "is duplicate";
    }

    value = cf->args->elts;

    *np = ngx_parse_time(&value[1], 1);

    if (*np == NGX_ERROR || *np > NGX_MAX_INT32_VALUE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid time \"%V\" of \"%V\": write seconds, "
                           "at most %d, or nginx's units, such as 90s or 1h",
                           &value[1], &cmd->name, NGX_MAX_INT32_VALUE);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/* as ngx_conf_set_size_slot(), whose error does not say what to write */

static char *
ngx_http_barejwt_set_size(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char  *p = conf;

    size_t     *sp;
    ssize_t     size;
    ngx_str_t  *value;

    sp = (size_t *) (p + cmd->offset);

    if (*sp != NGX_CONF_UNSET_SIZE) {
        return "is duplicate";
    }

    value = cf->args->elts;

    size = ngx_parse_size(&value[1]);

    if (size == NGX_ERROR || size == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid size \"%V\" of \"%V\": write bytes, at "
                           "least 1, or nginx's units, such as 8k",
                           &value[1], &cmd->name);
        return NGX_CONF_ERROR;
    }

    *sp = size;

    return NGX_CONF_OK;
}


/* as ngx_conf_set_enum_slot(), whose error names no directive and no value */

static char *
ngx_http_barejwt_set_word(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    char  *p = conf;

    u_char           *last, words[64];
    ngx_str_t        *value;
    ngx_uint_t       *np;
    ngx_conf_enum_t  *e;

    np = (ngx_uint_t *) (p + cmd->offset);

    if (*np != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;
    last = words;

    for (e = cmd->post; e->name.len != 0; e++) {

        if (value[1].len == e->name.len
            && ngx_strcasecmp(value[1].data, e->name.data) == 0)
        {
            *np = e->value;
            return NGX_CONF_OK;
        }

        last = ngx_slprintf(last, words + sizeof(words), "%s%V",
                            last == words ? "" : ", ", &e->name);
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid value \"%V\" of \"%V\": it must be one of "
                       "%*s", &value[1], &cmd->name,
                       (size_t) (last - words), words);

    return NGX_CONF_ERROR;
}


/* nginx turns names of variables into small letters, but it leaves NAME */

static char *
ngx_http_barejwt_set_claim(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t            *value, *name;
    ngx_http_variable_t  *var;

    value = cf->args->elts;

    if (ngx_http_barejwt_has_empty(cf)) {
        return NGX_HTTP_BAREJWT_EMPTY;
    }

    if (value[1].data[0] != '$') {
        return "needs a \"$variable\" and the NAME of a claim";
    }

    value[1].len--;
    value[1].data++;

    if (ngx_strncasecmp(value[1].data, (u_char *) "barejwt_", 8) == 0) {
        return "names a variable of this module: the names that begin with "
               "\"barejwt_\" are its own";
    }

    var = ngx_http_add_variable(cf, &value[1], NGX_HTTP_VAR_NOCACHEABLE);
    name = ngx_palloc(cf->pool, sizeof(ngx_str_t));

    if (var == NULL || name == NULL) {
        return NGX_CONF_ERROR;
    }

    if (var->get_handler != NULL) {
        return "names a variable that is there already";
    }

    *name = value[2];

    var->get_handler = ngx_http_barejwt_named_variable;
    var->data = (uintptr_t) name;

    return NGX_CONF_OK;
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


static ngx_uint_t
ngx_http_barejwt_has_empty(ngx_conf_t *cf)
{
    ngx_str_t   *value;
    ngx_uint_t   i;

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {
        if (value[i].len == 0) {
            return 1;
        }
    }

    return 0;
}
