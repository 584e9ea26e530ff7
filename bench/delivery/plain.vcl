vcl 4.1;

# Varnish alone: as it comes, keeping what it fetches.

backend origin {
    .host = "127.0.0.1";
    .port = "3000";
}

sub vcl_backend_response {
    set beresp.ttl = 1h;
}
