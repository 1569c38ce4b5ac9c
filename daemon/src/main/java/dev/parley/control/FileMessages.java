package dev.parley.control;

import dev.parley.contacts.Contacts;
import dev.parley.control.v1.FileTransfer;
import dev.parley.control.v1.TransferDirection;
import dev.parley.control.v1.TransferState;
import dev.parley.files.Transfer;
import java.nio.file.Path;

/** Writes transfers as the control API does. */
final class FileMessages {
  private FileMessages() {}

  static FileTransfer of(Transfer transfer, Contacts contacts) {
    FileTransfer.Builder message =
        FileTransfer.newBuilder()
            .setTransferId(transfer.id().toString())
            .setPeerId(transfer.peer().toString())
            .setPeerName(contacts.nameOf(transfer.peer()).orElse(""))
            .setDirection(
                switch (transfer.direction()) {
                  case OUTGOING -> TransferDirection.TRANSFER_DIRECTION_OUTGOING;
                  case INCOMING -> TransferDirection.TRANSFER_DIRECTION_INCOMING;
                })
            .setState(state(transfer.state()))
            .addAllNames(transfer.names())
            .setBytes(transfer.bytes())
            .setEntries(transfer.entries())
            .setLeftOut(transfer.leftOut())
            .setDirectory(transfer.directory().map(Path::toString).orElse(""))
            .setDoneBytes(transfer.doneBytes())
            .setDoneEntries(transfer.doneEntries())
            .setWireBytes(transfer.wireBytes())
            .setProblem(transfer.problem())
            .setCreatedAtMillis(transfer.createdAt().toEpochMilli());
    transfer.endedAt().ifPresent(at -> message.setEndedAtMillis(at.toEpochMilli()));
    transfer
        .live()
        .ifPresent(
            live -> {
              message.setBytesPerSecond(live.bytesPerSecond()).setPath(Wire.path(live.path()));
              live.timeLeft().ifPresent(left -> message.setLeftMillis(left.toMillis()));
            });
    return message.build();
  }

  private static TransferState state(dev.parley.files.TransferState state) {
    return switch (state) {
      case OFFERED -> TransferState.TRANSFER_STATE_OFFERED;
      case QUEUED -> TransferState.TRANSFER_STATE_QUEUED;
      case ACTIVE -> TransferState.TRANSFER_STATE_ACTIVE;
      case PAUSED -> TransferState.TRANSFER_STATE_PAUSED;
      case DELIVERED -> TransferState.TRANSFER_STATE_DELIVERED;
      case REFUSED -> TransferState.TRANSFER_STATE_REFUSED;
      case CANCELLED -> TransferState.TRANSFER_STATE_CANCELLED;
      case FAILED -> TransferState.TRANSFER_STATE_FAILED;
    };
  }
}
