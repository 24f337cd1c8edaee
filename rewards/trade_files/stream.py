"""The bytes of a file, unpacked where it is packed, in pieces of whole lines; only a piece is in memory."""

import codecs
import hashlib
import itertools
import zlib
from collections.abc import Iterable, Iterator

from rewards.trade_files.domain import FileFault, UnreadableFile

MOST_BYTES = 200_000_000
"""Of the file as text, whatever it was packed to."""
PIECE_BYTES = 1_000_000
_GZIP = b"\x1f\x8b"
_GZIP_BITS = 31


class Stream:
    """What comes in, chunk by chunk; UTF-8, as it is or packed with gzip."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks, self._hash = chunks, hashlib.sha256()

    @property
    def sha256(self) -> str:
        """Of what has come out: the same for a packed file and the file itself."""
        return self._hash.hexdigest()

    def pieces(self) -> Iterator[bytes]:
        """Return pieces that each end with a line. Raises: UnreadableFile."""
        rest, size, decoder = b"", 0, codecs.getincrementaldecoder("utf-8")()
        for chunk in self._unpacked():
            size += len(chunk)
            if size > MOST_BYTES:
                raise UnreadableFile(FileFault.TOO_LARGE)
            self._hash.update(chunk)
            _decode(decoder, chunk)
            rest += chunk
            while len(rest) >= PIECE_BYTES:
                end = rest.rfind(b"\n", 0, PIECE_BYTES) + 1
                if not end:
                    raise UnreadableFile(FileFault.LINE_TOO_LONG)
                yield rest[:end]
                rest = rest[end:]
        _decode(decoder, b"", is_last=True)
        if rest.strip():
            yield rest.rstrip(b"\r\n") + b"\n"

    def _unpacked(self) -> Iterator[bytes]:
        chunks = iter(self._chunks)
        first = next(chunks, b"")
        if not first.startswith(_GZIP):
            yield first
            yield from chunks
            return
        unpack = zlib.decompressobj(_GZIP_BITS)
        for chunk in itertools.chain([first], chunks):
            left = chunk
            while left:
                if unpack.eof:  # another packed part stands behind this one
                    unpack = zlib.decompressobj(_GZIP_BITS)
                yield _unzip(unpack, left)
                left = unpack.unused_data if unpack.eof else unpack.unconsumed_tail
        if not unpack.eof:
            raise UnreadableFile(FileFault.NOT_GZIP)


def _unzip(unpack: "zlib._Decompress", packed: bytes) -> bytes:
    """Unpack some, and no more at once than a piece: a small file may hold a very large one."""
    try:
        return unpack.decompress(packed, PIECE_BYTES)
    except zlib.error as wrong:
        raise UnreadableFile(FileFault.NOT_GZIP) from wrong


def _decode(decoder: codecs.IncrementalDecoder, chunk: bytes, *, is_last: bool = False) -> None:
    try:
        decoder.decode(chunk, is_last)
    except UnicodeDecodeError as wrong:
        raise UnreadableFile(FileFault.NOT_UTF8) from wrong
