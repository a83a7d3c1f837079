#!/usr/bin/env bash
# Signs one PE file in place. Either a command of yours, to which the file's path is appended (a
# certificate that Windows trusts lives in hardware or with a service):
#
#   make sign SIGN_COMMAND='my-signer --profile tidegate'
#
# or a key and a certificate in PEM files:
#
#   make sign SIGN_KEY=key.pem SIGN_CERTIFICATE=certificate.pem [SIGN_TIMESTAMP=http://…]
#
# SPDX-License-Identifier: MIT
set -euo pipefail
file=$1

if [ -n "${SIGN_COMMAND:-}" ]; then
    # Its words are meant to be split.
    # shellcheck disable=SC2086
    exec $SIGN_COMMAND "$file"
fi
if [ -z "${SIGN_KEY:-}" ] || [ -z "${SIGN_CERTIFICATE:-}" ]; then
    echo "sign: set SIGN_COMMAND, or SIGN_KEY and SIGN_CERTIFICATE; see installer/sign.sh" >&2
    exit 1
fi
timestamp=()
[ -z "${SIGN_TIMESTAMP:-}" ] || timestamp=(-ts "$SIGN_TIMESTAMP")
osslsigncode sign -h sha256 -n Tidegate -key "$SIGN_KEY" -certs "$SIGN_CERTIFICATE" \
    "${timestamp[@]}" -in "$file" -out "$file.signed" >/dev/null
chmod --reference="$file" "$file.signed"
mv "$file.signed" "$file"
