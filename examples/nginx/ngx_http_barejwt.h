
/*
 * What the files of the module share.
 */


#ifndef NGX_HTTP_BAREJWT_H
#define NGX_HTTP_BAREJWT_H


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include <barejwt.h>


typedef enum {
    NGX_HTTP_BAREJWT_HEADER = 0,
    NGX_HTTP_BAREJWT_COOKIE,
    NGX_HTTP_BAREJWT_ARG
} ngx_http_barejwt_place_e;


/* a place where a token may be (barejwt_token) */

typedef struct {
    ngx_http_barejwt_place_e   place;
    ngx_str_t                  name;
    unsigned                   scheme:1;  /* the value begins with one */
} ngx_http_barejwt_source_t;


/* ngx_http_barejwt_keys.c */

/* prepares a key from a secret: barejwt_key_init, or barejwt_key_init_weak */

typedef barejwt_status (*ngx_http_barejwt_init_pt)(barejwt_key *key,
    const void *secret, size_t len);

char *ngx_http_barejwt_key_file(ngx_conf_t *cf, ngx_str_t *path,
    ngx_http_barejwt_init_pt init, barejwt_key **key);
char *ngx_http_barejwt_keys(ngx_conf_t *cf, ngx_str_t *path,
    ngx_http_barejwt_init_pt init, barejwt_key **key);


/* ngx_http_barejwt_token.c */

char *ngx_http_barejwt_source(ngx_conf_t *cf, ngx_str_t *text,
    ngx_http_barejwt_source_t *source);
ngx_uint_t ngx_http_barejwt_has_underscore(ngx_array_t *sources);
ngx_uint_t ngx_http_barejwt_named_before(ngx_array_t *sources);
ngx_int_t ngx_http_barejwt_token(ngx_http_request_t *r, ngx_array_t *sources,
    ngx_str_t *authorization);


/* ngx_http_barejwt_claim.c */

ngx_int_t ngx_http_barejwt_claim(ngx_http_request_t *r,
    barejwt_claims *claims, ngx_str_t *name, ngx_str_t *text);


#endif /* NGX_HTTP_BAREJWT_H */
