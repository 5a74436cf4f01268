# The program alone in a small image, for pipelines that run in containers. docs/ci.md describes it.
FROM rust:1.95-slim-trixie AS build
WORKDIR /solvet
COPY . .
RUN cargo install --locked --path . --root /installed

FROM debian:trixie-slim
COPY --from=build /installed/bin/solvet /usr/local/bin/solvet
# Nobody, who owns nothing: packages are read, and reports go to where whoever runs it mounts a folder.
USER 65534:65534
WORKDIR /work
ENV LANG=C.UTF-8
ENTRYPOINT ["/usr/local/bin/solvet"]
CMD ["--help"]
