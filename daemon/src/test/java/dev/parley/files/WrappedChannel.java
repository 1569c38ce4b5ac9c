package dev.parley.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/** A channel that does what another does, but for what a test changes. */
interface WrappedChannel extends SeekableByteChannel {
  SeekableByteChannel channel();

  @Override
  default int read(ByteBuffer into) throws IOException {
    return channel().read(into);
  }

  @Override
  default long position() throws IOException {
    return channel().position();
  }

  @Override
  default SeekableByteChannel position(long position) throws IOException {
    channel().position(position);
    return this;
  }

  @Override
  default long size() throws IOException {
    return channel().size();
  }

  @Override
  default SeekableByteChannel truncate(long size) throws IOException {
    channel().truncate(size);
    return this;
  }

  @Override
  default boolean isOpen() {
    return channel().isOpen();
  }

  @Override
  default void close() throws IOException {
    channel().close();
  }
}
