# Matinee in a container: `docker build -t matinee .`, then
# `docker run -d -p 7860:7860 -v matinee:/data matinee`. See docs/running.md.

# The page. The Debian image rather than Alpine: the same C library as below, one thing less to differ.
FROM node:22-bookworm-slim AS page
WORKDIR /src
COPY package.json package-lock.json ./
COPY tests/package.json tests/
COPY web web
RUN npm ci --no-audit --no-fund --workspace web && npm run build --workspace web

# The server, with the page in it. Bookworm has the C library of the last stage.
FROM rust:1-slim-bookworm AS server
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY crates crates
COPY docs/openapi.json docs/
COPY --from=page /src/web/dist web/dist
RUN cargo build --release --locked --package matinee-server && mkdir /data

# ffmpeg makes films playable that browsers do not play; Debian keeps it up to date. The binary itself needs only the
# C library.
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/*
COPY --from=server /src/target/release/matinee /usr/local/bin/matinee
# 1000 is the user that Hugging Face runs containers as. A new volume takes over the folder's owner.
COPY --from=server --chown=1000:1000 /data /data
USER 1000:1000
WORKDIR /data
ENV MATINEE_DATA=/data
VOLUME /data
EXPOSE 7860
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/matinee"]
