#!/bin/sh
# Makes what compose.yaml needs beside it, once: secrets, and a certificate of an authority of our
# own for the proxy and the mail catcher. Keep secrets/ as you keep the database's backups.
set -eu
umask 077
host=${SPAREKEY_HOST:-sparekey.example.com}
cd "$(dirname "$0")"

if [ ! -d secrets ]; then
    mkdir secrets.new
    password=$(openssl rand -hex 24)
    printf '%s' "$password" > secrets.new/postgres_password
    printf 'postgres://sparekey:%s@postgres/sparekey' "$password" > secrets.new/sparekey_database_url
    printf '%s:%s' "$(openssl rand -hex 4)" "$(openssl rand -base64 32)" > secrets.new/sparekey_secret_keys
    # Nobody here gets through the folder; in the containers other users read the files.
    chmod 444 secrets.new/*
    mv secrets.new secrets
fi

if [ ! -d certificates ]; then
    mkdir certificates.new
    cd certificates.new
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
        -subj "/CN=Sparekey's own authority" -keyout authority.key -out authority.crt \
        -addext "keyUsage=critical,keyCertSign" 2> /dev/null
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$host" \
        -keyout tls.key -out tls.csr 2> /dev/null
    printf 'subjectAltName=DNS:%s,DNS:mail\nbasicConstraints=CA:FALSE\n' "$host" > names
    openssl x509 -req -in tls.csr -CA authority.crt -CAkey authority.key -CAcreateserial \
        -days 365 -extfile names -out tls.crt 2> /dev/null
    # Nobody signs another one with it.
    rm authority.key authority.srl tls.csr names
    chmod 444 tls.crt authority.crt
    cd ..
    mv certificates.new certificates
fi
