package dev.parley.link;

/** Takes a stream of bytes that the peer has opened. On the links' thread; must not block. */
public interface ByteStreamAcceptor {
  ByteStreamHandler onStream(ByteStream stream);
}
