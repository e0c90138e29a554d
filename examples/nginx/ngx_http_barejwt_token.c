
/*
 * Finds the one token of a request.
 */


#include "ngx_http_barejwt.h"


typedef struct {
    ngx_str_t    value;
    ngx_uint_t   n;
    unsigned     scheme:1;
} ngx_http_barejwt_found_t;


static void ngx_http_barejwt_in_headers(ngx_http_request_t *r,
    ngx_http_barejwt_source_t *source, ngx_http_barejwt_found_t *found);
static void ngx_http_barejwt_in_pairs(ngx_str_t *pairs, u_char separator,
    ngx_str_t *name, ngx_http_barejwt_found_t *found);
static ngx_uint_t ngx_http_barejwt_is_name(u_char *p, u_char *end,
    u_char separator, ngx_str_t *name);
static ngx_uint_t ngx_http_barejwt_same(ngx_str_t *one, ngx_str_t *other);
static ngx_uint_t ngx_http_barejwt_possible(ngx_http_barejwt_source_t *source);


static ngx_str_t  ngx_http_barejwt_authorization = ngx_string("Authorization");
static ngx_str_t  ngx_http_barejwt_cookie = ngx_string("Cookie");


/*
 * Reads "header=NAME", "cookie=NAME" or "arg=NAME".  A name that no request can
 * have would refuse every token.
 */

char *
ngx_http_barejwt_source(ngx_conf_t *cf, ngx_str_t *text,
    ngx_http_barejwt_source_t *source)
{
    ngx_uint_t  i;

    static ngx_str_t  places[] = {
        ngx_string("header="), ngx_string("cookie="), ngx_string("arg=")
    };


    for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {

        if (text->len > places[i].len
            && ngx_strncmp(text->data, places[i].data, places[i].len) == 0)
        {
            source->place = (ngx_http_barejwt_place_e) i;
            source->name.data = text->data + places[i].len;
            source->name.len = text->len - places[i].len;
            source->scheme = (source->place == NGX_HTTP_BAREJWT_HEADER
                              && ngx_http_barejwt_same(&source->name,
                                             &ngx_http_barejwt_authorization));

            if (!ngx_http_barejwt_possible(source)) {
                break;
            }

            return NGX_CONF_OK;
        }
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid barejwt_token \"%V\": write \"header=NAME\", "
                       "\"cookie=NAME\" or \"arg=NAME\"; write the name of a "
                       "header with letters, digits, \"-\" and \"_\", and the "
                       "name of a cookie also with any of !#$%%&'*+.^`|~", text);
    return NGX_CONF_ERROR;
}


/*
 * Whether a request can have a source of this name: nginx drops other headers
 * by default, and RFC 6265 4.1.1 has the names of cookies.  In a query any byte of the name
 * may be percent-encoded.
 */

static ngx_uint_t
ngx_http_barejwt_possible(ngx_http_barejwt_source_t *source)
{
    size_t       i;
    const char  *marks;

    static const char  alphanumeric[] = "0123456789"
                                        "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                        "abcdefghijklmnopqrstuvwxyz";

    if (source->place == NGX_HTTP_BAREJWT_ARG) {
        return 1;
    }

    marks = (source->place == NGX_HTTP_BAREJWT_HEADER) ? "-_"
                                                       : "-!#$%&'*+.^_`|~";

    for (i = 0; i < source->name.len; i++) {

        if (strchr(alphanumeric, source->name.data[i]) == NULL
            && strchr(marks, source->name.data[i]) == NULL)
        {
            return 0;
        }
    }

    return 1;
}


ngx_uint_t
ngx_http_barejwt_has_underscore(ngx_array_t *sources)
{
    ngx_uint_t                  i;
    ngx_http_barejwt_source_t  *source;

    source = sources->elts;

    for (i = 0; i < sources->nelts; i++) {

        if (source[i].place == NGX_HTTP_BAREJWT_HEADER
            && ngx_strlchr(source[i].name.data,
                           source[i].name.data + source[i].name.len, '_')
               != NULL)
        {
            return 1;
        }
    }

    return 0;
}


/* whether the last source has been named before */

ngx_uint_t
ngx_http_barejwt_named_before(ngx_array_t *sources)
{
    ngx_uint_t                  i;
    ngx_http_barejwt_source_t  *source, *last;

    source = sources->elts;
    last = &source[sources->nelts - 1];

    for (i = 0; i < sources->nelts - 1; i++) {

        if (source[i].place == last->place
            && ngx_http_barejwt_same(&source[i].name, &last->name)
            && (last->place == NGX_HTTP_BAREJWT_HEADER
                || ngx_strncmp(source[i].name.data, last->name.data,
                               last->name.len) == 0))
        {
            return 1;
        }
    }

    return 0;
}


/*
 * Finds the token, and makes the value of an Authorization header of it.
 * Without a token the value is NULL.  For two tokens, even equal tokens, it
 * returns NGX_DECLINED: the application behind nginx may take the other token.
 */

ngx_int_t
ngx_http_barejwt_token(ngx_http_request_t *r, ngx_array_t *sources,
    ngx_str_t *authorization)
{
    ngx_uint_t                  i;
    ngx_http_barejwt_found_t    found;
    ngx_http_barejwt_source_t  *source;

    ngx_memzero(&found, sizeof(ngx_http_barejwt_found_t));
    source = sources->elts;

    for (i = 0; i < sources->nelts; i++) {

        if (source[i].place == NGX_HTTP_BAREJWT_ARG) {
            ngx_http_barejwt_in_pairs(&r->args, '&', &source[i].name, &found);

        } else {
            ngx_http_barejwt_in_headers(r, &source[i], &found);
        }
    }

    if (found.n > 1) {
        return NGX_DECLINED;
    }

    *authorization = found.value;

    if (found.n == 0 || found.scheme) {
        return NGX_OK;
    }

    authorization->data = ngx_pnalloc(r->pool,
                                      sizeof("Bearer ") - 1 + found.value.len);
    if (authorization->data == NULL) {
        return NGX_ERROR;
    }

    authorization->len = ngx_sprintf(authorization->data, "Bearer %V",
                                     &found.value)
                         - authorization->data;

    return NGX_OK;
}


/* looks for a header, or for a cookie in the Cookie headers */

static void
ngx_http_barejwt_in_headers(ngx_http_request_t *r,
    ngx_http_barejwt_source_t *source, ngx_http_barejwt_found_t *found)
{
    ngx_str_t        *name;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *header;

    name = (source->place == NGX_HTTP_BAREJWT_COOKIE) ? &ngx_http_barejwt_cookie
                                                      : &source->name;

    for (part = &r->headers_in.headers.part; part != NULL; part = part->next) {

        header = part->elts;

        for (i = 0; i < part->nelts; i++) {

            /* if another module has removed a header, its hash is 0 */

            if (header[i].hash == 0
                || !ngx_http_barejwt_same(&header[i].key, name))
            {
                continue;
            }

            if (source->place == NGX_HTTP_BAREJWT_COOKIE) {
                ngx_http_barejwt_in_pairs(&header[i].value, ';', &source->name,
                                          found);
                continue;
            }

            found->n++;
            found->value = header[i].value;
            found->scheme = source->scheme;
        }
    }
}


/*
 * Looks at name=value pairs.  A cookie may have blanks and tabs around its
 * name.  In a query %5F is an underscore, as the application reads it.
 */

static void
ngx_http_barejwt_in_pairs(ngx_str_t *pairs, u_char separator, ngx_str_t *name,
    ngx_http_barejwt_found_t *found)
{
    u_char  *p, *end, *last, *equals;

    last = pairs->data + pairs->len;

    for (p = pairs->data; p < last; p = end + 1) {

        end = ngx_strlchr(p, last, separator);
        if (end == NULL) {
            end = last;
        }

        equals = ngx_strlchr(p, end, '=');

        if (equals != NULL
            && ngx_http_barejwt_is_name(p, equals, separator, name))
        {
            found->n++;
            found->value.data = equals + 1;
            found->value.len = end - found->value.data;
            found->scheme = 0;
        }
    }
}


static ngx_uint_t
ngx_http_barejwt_is_name(u_char *p, u_char *end, u_char separator,
    ngx_str_t *name)
{
    u_char      ch;
    size_t      i;
    ngx_int_t   code;

    if (separator == ';') {

        while (p < end && (*p == ' ' || *p == '\t')) {
            p++;
        }

        while (p < end && (end[-1] == ' ' || end[-1] == '\t')) {
            end--;
        }
    }

    for (i = 0; i < name->len && p < end; i++) {

        ch = *p++;

        if (ch == '%' && separator == '&' && end - p >= 2) {

            code = ngx_hextoi(p, 2);

            if (code != NGX_ERROR) {
                ch = (u_char) code;
                p += 2;
            }
        }

        if (ch != name->data[i]) {
            return 0;
        }
    }

    return i == name->len && p == end;
}


static ngx_uint_t
ngx_http_barejwt_same(ngx_str_t *one, ngx_str_t *other)
{
    return one->len == other->len
           && ngx_strncasecmp(one->data, other->data, one->len) == 0;
}
