
/*
 * Writes a claim for headers and logs, as JSON.  A string has no quotes around
 * it.  The text has no control character, and a string's text no bare quote.
 */


#include "ngx_http_barejwt.h"


static barejwt_status ngx_http_barejwt_get(ngx_http_request_t *r,
    barejwt_claims *claims, ngx_str_t *name, barejwt_value *value);
static ngx_int_t ngx_http_barejwt_string(ngx_http_request_t *r,
    barejwt_str *value, ngx_str_t *text);
static ngx_int_t ngx_http_barejwt_json(ngx_http_request_t *r,
    barejwt_str *value, ngx_str_t *text);
static u_char *ngx_http_barejwt_escape(u_char *p, u_char ch);


/* NGX_DECLINED if the token has no such claim */

ngx_int_t
ngx_http_barejwt_claim(ngx_http_request_t *r, barejwt_claims *claims,
    ngx_str_t *name, ngx_str_t *text)
{
    barejwt_value   value;
    barejwt_status  st;

    st = ngx_http_barejwt_get(r, claims, name, &value);

    if (st == BAREJWT_E_CLAIM_ABSENT) {
        return NGX_DECLINED;
    }

    if (st != BAREJWT_OK) {
        return NGX_ERROR;
    }

    switch (value.kind) {

    case BAREJWT_VALUE_STRING:
        return ngx_http_barejwt_string(r, &value.text, text);

    case BAREJWT_VALUE_BOOL:
        if (value.integer) {
            ngx_str_set(text, "true");
        } else {
            ngx_str_set(text, "false");
        }

        return NGX_OK;

    case BAREJWT_VALUE_NULL:
        ngx_str_set(text, "null");
        return NGX_OK;

    default:
        return ngx_http_barejwt_json(r, &value.text, text);
    }
}


static barejwt_status
ngx_http_barejwt_get(ngx_http_request_t *r, barejwt_claims *claims,
    ngx_str_t *name, barejwt_value *value)
{
    void            *buffer;
    size_t           size;
    barejwt_status   st;

    st = barejwt_claims_get(claims, (const char *) name->data, name->len,
                            NULL, 0, value);

    if (st != BAREJWT_E_OUTPUT_TOO_SMALL) {
        return st;
    }

    size = value->needed;

    buffer = ngx_pnalloc(r->pool, size);
    if (buffer == NULL) {
        return st;
    }

    return barejwt_claims_get(claims, (const char *) name->data, name->len,
                              buffer, size, value);
}


static ngx_int_t
ngx_http_barejwt_string(ngx_http_request_t *r, barejwt_str *value,
    ngx_str_t *text)
{
    u_char  *p, ch;
    size_t   i;

    p = ngx_pnalloc(r->pool, value->len * (sizeof("\\u0000") - 1));
    if (p == NULL) {
        return NGX_ERROR;
    }

    text->data = p;

    for (i = 0; i < value->len; i++) {
        ch = (u_char) value->ptr[i];

        /* a header loses blanks at the ends of its value */

        if (ch < 0x20 || ch == 0x7f
            || (ch == ' ' && (i == 0 || i == value->len - 1)))
        {
            p = ngx_http_barejwt_escape(p, ch);
            continue;
        }

        if (ch == '"' || ch == '\\') {
            *p++ = '\\';
        }

        *p++ = ch;
    }

    text->len = p - text->data;

    return NGX_OK;
}


/* a number, an array or an object is checked JSON, as it was signed */

static ngx_int_t
ngx_http_barejwt_json(ngx_http_request_t *r, barejwt_str *value,
    ngx_str_t *text)
{
    u_char  *p, ch;
    size_t   i;

    p = ngx_pnalloc(r->pool, value->len * (sizeof("\\u0000") - 1));
    if (p == NULL) {
        return NGX_ERROR;
    }

    text->data = p;

    for (i = 0; i < value->len; i++) {
        ch = (u_char) value->ptr[i];

        if (ch == 0x7f) {
            p = ngx_http_barejwt_escape(p, ch);

        } else {

            /* outside strings, JSON may have line breaks and tabs */

            *p++ = (ch < 0x20) ? ' ' : ch;
        }
    }

    text->len = p - text->data;

    return NGX_OK;
}


static u_char *
ngx_http_barejwt_escape(u_char *p, u_char ch)
{
    return ngx_sprintf(p, "\\u%04xi", (ngx_uint_t) ch);
}
