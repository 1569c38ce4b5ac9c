package dev.parley.files.landing;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Files that a crash has left among those that are complete: put there, and not in the log yet.
 * They come once more, and would be in their own way. Not thread-safe.
 */
final class Leftovers {
  private final Folder tree;
  private final LongSet kept = new LongSet();

  Leftovers(Folder tree) {
    this.tree = tree;
  }

  /** This is complete, and so are the directories that it is in. */
  void keep(List<String> path) {
    for (int length = path.size(); length > 0; length--) {
      if (!kept.add(Names.hash(path.subList(0, length)))) {
        return;
      }
    }
  }

  void remove() throws IOException {
    // A directory stream is read once, and the tree's own is needed for its handle alone.
    remove(tree, new ArrayList<>());
  }

  private void remove(Folder folder, List<String> path) throws IOException {
    for (String name : folder.names()) {
      path.add(name);
      Optional<BasicFileAttributes> found = folder.attributes(name);
      boolean isKept = kept.contains(Names.hash(path));
      if (found.isPresent() && found.get().isDirectory()) {
        try (Folder inner = folder.enter(name)) {
          remove(inner, path);
        }
        if (!isKept) {
          deleteIfEmpty(folder, name);
        }
      } else if (!isKept) {
        folder.deleteFile(name);
      }
      path.remove(path.size() - 1);
    }
  }

  private static void deleteIfEmpty(Folder folder, String name) throws IOException {
    try {
      folder.deleteDirectory(name);
    } catch (DirectoryNotEmptyException e) {
      throw new IOException("somebody else writes into " + folder.path(), e);
    }
  }
}
