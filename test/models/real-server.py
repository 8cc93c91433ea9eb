"""Serves one GGUF model on loopback with llama.cpp's own HTTP server until standard input ends.

usage: real-server.py MODEL.gguf PORT CONTEXT ALIAS

Prints the address on one line as soon as it answers. Port 0 takes any free port.
"""

import sys

import xllamacpp


def main() -> None:
    path, port, context, alias = sys.argv[1:5]
    params = xllamacpp.CommonParams()
    params.model.path = path
    params.model_alias = {alias}
    params.hostnames = ["127.0.0.1"]
    params.port = int(port)
    params.n_ctx = int(context)
    params.n_parallel = 1
    # Two threads are slower than one for a model of this size.
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    params.warmup = False
    params.verbosity = 0
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


main()
