vcl 4.1;

# Varnish 7 in front of Motioness (docs/deployment.md). Keeps clips and posters of embed URLs until the product purges
# them (EDGE_DRIVER=varnish, VARNISH_URL=http://address of this Varnish); everything else goes through.

import std;

backend motioness {
    .host = "127.0.0.1";
    .port = "3000";
    # An answer later than this is none. The product purges for the last time 20 s after a new clip, when no answer from
    # before it can come in any more: raise this one and you break that.
    .first_byte_timeout = 15s;
    .between_bytes_timeout = 15s;
    .connect_timeout = 3s;
}

# Who may purge: the machines that the product runs on, as Varnish sees them.
acl purgers {
    "127.0.0.1";
    "::1";
}

sub vcl_recv {
    # Only for this file's own use.
    unset req.http.X-Wait;
    unset req.http.X-Whole-Url;

    if (req.method == "PURGE" || req.method == "BAN") {
        # Behind a TLS proxy every caller has the proxy's address; Varnish adds its own after a comma to what a proxy sent.
        if (client.ip !~ purgers || req.http.X-Forwarded-For ~ ",") {
            return (synth(405));
        }
        if (req.method == "BAN") {
            # One tag: an asset's, or a project's. Each answer carries both.
            if (req.http.Surrogate-Key !~ "^motioness-[0-9A-Za-z_]+$") {
                return (synth(400));
            }
            if (!std.ban("obj.http.Surrogate-Key ~ \b" + req.http.Surrogate-Key + "\b")) {
                return (synth(500, std.ban_error()));
            }
            return (synth(200));
        }
    }

    # Event streams: bytes as they come, for as long as both sides like.
    if (req.url ~ "^/v1/[^/?]+/events/[^/?]+(\?|$)" || req.url ~ "^/api/(assets/[^/?]+/events|projects/[^/?]+/activity)(\?|$)") {
        return (pipe);
    }
    if (req.url !~ "^/v1/[^/?]+/[^?]+\.(mp4|jpg)(\?|$)") {
        return (pass);
    }
    if (req.method != "GET" && req.method != "HEAD" && req.method != "PURGE") {
        return (pass);
    }
    call clean_range;
    # The first makes it another asset under the same URL; the others Varnish does not know.
    if (req.http.Idempotency-Key || req.http.If-Match || req.http.If-Unmodified-Since) {
        return (pass);
    }

    # One spelling for what is the same: wait_ms says nothing about the clip, and parameters have no order.
    if (req.url ~ "[?&]wait_ms=\d+(&|$)") {
        set req.http.X-Wait = "yes";
        set req.http.X-Whole-Url = req.url;
        set req.url = regsub(regsub(regsuball(req.url, "(?<=[?&])wait_ms=\d+(&|$)", ""), "[?&]$", ""), "\?&", "?");
    }
    set req.url = std.querysort(req.url);
    unset req.http.Cookie;
    unset req.http.Authorization;
    unset req.http.Accept-Encoding;

    if (req.method == "PURGE") {
        return (purge);
    }
    return (hash);
}

# Varnish refuses each Range that it can't read, where RFC 9110 (14.2) wants it ignored. What stays is one range of bytes in the
# spelling it knows: as at the product, several are answered whole, as is If-Range with a date (two clips may be of one second).
sub clean_range {
    set req.http.Range = regsub(req.http.Range, "(?i)^\s*bytes=[\s,]*(\d+-\d*|-\d+)[\s,]*$", "bytes=\1");
    # No clip has as many bytes as 15 digits tell, nor does std.integer read more.
    set req.http.Range = regsuball(regsuball(req.http.Range, "(?<!\d)0+(?=\d)", ""), "(\d{15})\d+", "\1");
    if (req.method == "HEAD" || req.http.Range !~ "^bytes=(\d+-\d*|-\d+)$" || (req.http.If-Range && req.http.If-Range !~ {"^""})) {
        unset req.http.Range;
    } else if (req.http.Range ~ "\d-\d" && std.integer(regsub(req.http.Range, "^bytes=(\d+)-.*$", "\1"), 0) > std.integer(regsub(req.http.Range, "^.*-", ""), 0)) {
        unset req.http.Range;
    }
}

# The product has one name; all others lead to the same clips.
sub vcl_hash {
    hash_data(req.url);
    return (lookup);
}

sub vcl_miss {
    # Waits for a clip that is being made: nothing to keep others waiting for.
    if (req.http.X-Wait) {
        return (pass);
    }
    # To fill, Varnish would ask with GET, and that starts and charges a generation where there is none.
    if (req.method == "HEAD") {
        return (pass);
    }
}

sub vcl_pass {
    if (req.http.X-Whole-Url) {
        set req.url = req.http.X-Whole-Url;
    }
}

sub vcl_pipe {
    # A second request on this connection must come by here again.
    set bereq.http.Connection = "close";
    return (pipe);
}

sub vcl_backend_fetch {
    unset bereq.http.X-Wait;
    unset bereq.http.X-Whole-Url;
}

sub vcl_backend_response {
    if (bereq.uncacheable) {
        return (deliver);
    }
    if (beresp.status == 200 && beresp.http.CDN-Cache-Control ~ "(^|[, ])max-age=\d+" && beresp.http.CDN-Cache-Control !~ "no-store|no-cache|private" && !beresp.http.Set-Cookie) {
        set beresp.ttl = std.duration(regsub(beresp.http.CDN-Cache-Control, "^(.*[, ])?max-age=(\d+).*$", "\2s"), 0s);
        # A purge takes the entry with its grace. Keeping it for revalidation has no use: an ETag never comes back.
        set beresp.grace = 10s;
        if (beresp.http.CDN-Cache-Control ~ "must-revalidate") {
            # The signature or key of this URL ends with its time: after that it must not be served stale either.
            set beresp.grace = 0s;
        }
        set beresp.keep = 0s;
        return (deliver);
    }
    # Pending, refused or failed. For a moment all such requests go through side by side, and none of their answers is
    # kept; otherwise they would stand in line for each other.
    return (pass(1s));
}

sub vcl_deliver {
    # Varnish compares one ETag only, and takes a date to come for none.
    if (req.http.If-None-Match == "*" || std.strstr(req.http.If-None-Match, resp.http.ETag)) {
        set req.http.If-None-Match = resp.http.ETag;
    }
    if (std.time(req.http.If-Modified-Since, now) > now) {
        set req.http.If-Modified-Since = resp.http.Last-Modified;
    }
    # What was meant for this cache, or tells about it.
    unset resp.http.Surrogate-Key;
    unset resp.http.Cache-Tag;
    unset resp.http.CDN-Cache-Control;
    unset resp.http.X-Varnish;
    unset resp.http.Via;
    # A kept answer has the id of the request that brought it.
    if (obj.hits > 0) {
        if (req.http.X-Request-Id ~ "^[\w-]{4,64}$") {
            set resp.http.X-Request-Id = req.http.X-Request-Id;
        } else {
            set resp.http.X-Request-Id = "req_" + req.xid;
        }
    }
}

sub vcl_synth {
    set resp.http.Cache-Control = "no-store";
    set resp.http.Content-Type = "application/json; charset=utf-8";
    set resp.body = {"{"error":""} + resp.reason + """"}""";
    return (deliver);
}

sub vcl_backend_error {
    # No X-Request-Id: it is not the product that answers.
    set beresp.http.Cache-Control = "no-store";
    set beresp.http.Content-Type = "application/json; charset=utf-8";
    set beresp.http.Retry-After = "5";
    set beresp.body = """{"error":"the server does not answer"}""";
    return (deliver);
}
