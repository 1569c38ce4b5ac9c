package dev.parley.files.landing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Goes down from a directory, making those that are not there, and closes them again. */
final class Walk implements AutoCloseable {
  private final Folder start;
  private final List<Folder> opened = new ArrayList<>();

  Walk(Folder start) {
    this.start = start;
  }

  Folder to(List<String> path) throws IOException {
    Folder at = start;
    for (String name : path) {
      at = at.make(name);
      opened.add(at);
    }
    return at;
  }

  @Override
  public void close() throws IOException {
    for (Folder folder : opened) {
      folder.close();
    }
  }
}
