package dev.parley.files;

import dev.parley.link.Links;
import dev.parley.proto.id.PeerId;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * What all parts of the engine share.
 *
 * @param manifests where the sender's lists of files are
 * @param disk what received files are written through; the identity but in tests
 */
record Core(
    FilesThread thread,
    Ledger ledger,
    Links links,
    Predicate<PeerId> isContact,
    Path manifests,
    UnaryOperator<SeekableByteChannel> disk) {

  Path manifest(TransferId id) {
    return manifests.resolve(id.toString());
  }
}
