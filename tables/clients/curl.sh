#!/bin/sh
# One request by curl or wget: `curl.sh LIBRARY METHOD URL WARM`; prints what its caller gets. Knows nothing of mockenv.
body='{"partner_customer_id":"c","dev_php_version":"8.3"}'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
auth='Authorization: Bearer x'
type='Content-Type: application/json'
case "$1" in
curl*)
    set -- "$1" "$2" "$3" "$4" --silent --show-error --noproxy '*'
    [ "$1" = 'curl --retry 3' ] && set -- "$@" --retry 3
    name=$2 url=$3 warm=$4
    shift 4
    post=
    [ "$name" = POST ] && post=yes
    if [ -n "$warm" ]; then
        status=$(curl "$@" -H "$auth" -H "$type" -o "$work/warm" "$warm" --next "$@" -H "$auth" -H "$type" ${post:+--data "$body"} \
            -o "$work/body" -w '%{http_code}' "$url" 2>"$work/error")
    else
        status=$(curl "$@" -H "$auth" -H "$type" ${post:+--data "$body"} -o "$work/body" -w '%{http_code}' "$url" 2>"$work/error")
    fi
    code=$?
    ;;
wget)
    # one method for all addresses of a call: a POST has no kept connection before it
    [ "$2" = POST ] && [ -n "$4" ] && { echo '{"cannot": "be asked"}'; exit; }
    post=
    [ "$2" = POST ] && post=yes
    wget --no-proxy --tries 3 --no-verbose --directory-prefix "$work" --header "$auth" --header "$type" ${post:+--post-data "$body"} \
        ${4:+"$4"} "$3" 2>"$work/error"
    code=$? status=200
    mv "$work/$(basename "$3")" "$work/body" 2>/dev/null
    ;;
esac
if [ "$code" = 0 ]; then
    printf '{"status": %s, "bytes": %s}\n' "${status:-0}" "$(wc -c <"$work/body")"
else
    printf '{"error": "exit %s: %s"}\n' "$code" "$(tail -1 "$work/error" | tr -d '"\\\000-\037' | cut -c1-150)"
fi
