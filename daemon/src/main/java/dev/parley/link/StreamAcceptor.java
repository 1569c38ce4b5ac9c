package dev.parley.link;

/** Takes a stream that the peer has opened. Called on the links' thread; must not block. */
public interface StreamAcceptor {
  StreamHandler onStream(LinkStream stream);
}
