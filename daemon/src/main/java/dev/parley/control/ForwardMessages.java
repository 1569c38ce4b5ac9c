package dev.parley.control;

import dev.parley.contacts.Contacts;
import dev.parley.control.v1.AllowedPeer;
import dev.parley.control.v1.ExposedService;
import dev.parley.control.v1.Forward;
import dev.parley.control.v1.ForwardsStatus;
import dev.parley.control.v1.SocketEnd;
import dev.parley.control.v1.Traffic;
import dev.parley.link.StreamEnd;

/** Writes services and forwards as the control API does. Immutable. */
final class ForwardMessages {
  private final Contacts contacts;

  ForwardMessages(Contacts contacts) {
    this.contacts = contacts;
  }

  ForwardsStatus of(dev.parley.forward.ForwardsStatus status) {
    ForwardsStatus.Builder message = ForwardsStatus.newBuilder();
    status.services().forEach(service -> message.addServices(of(service)));
    status.forwards().forEach(forward -> message.addForwards(of(forward)));
    return message.build();
  }

  ExposedService of(dev.parley.forward.ExposedService service) {
    ExposedService.Builder message =
        ExposedService.newBuilder()
            .setService(service.name().name())
            .setTarget(service.target().toString())
            .setAllowContacts(service.access().allContacts())
            .setTraffic(of(service.traffic()))
            .setLastProblem(service.lastProblem());
    service
        .access()
        .peers()
        .forEach(
            peer ->
                message.addAllowed(
                    AllowedPeer.newBuilder()
                        .setPeerId(peer.toString())
                        .setName(contacts.nameOf(peer).orElse(""))));
    return message.build();
  }

  Forward of(dev.parley.forward.Forward forward) {
    return Forward.newBuilder()
        .setId(forward.id())
        .setPeerId(forward.peer().toString())
        .setPeerName(contacts.nameOf(forward.peer()).orElse(""))
        .setService(forward.service().name())
        .setLocal(forward.local().toString())
        .setIdleMillis(forward.idle().toMillis())
        .setListening(forward.listening())
        .setTraffic(of(forward.traffic()))
        .setLastProblem(forward.lastProblem())
        .build();
  }

  private static Traffic of(dev.parley.forward.Traffic traffic) {
    return Traffic.newBuilder()
        .setOpen(traffic.open())
        .setTotal(traffic.total())
        .setFailed(traffic.failed())
        .setBytesIn(traffic.bytesIn())
        .setBytesOut(traffic.bytesOut())
        .setDatagramsDropped(traffic.datagramsDropped())
        .build();
  }

  static SocketEnd of(StreamEnd end) {
    if (end instanceof StreamEnd.Lost lost) {
      return SocketEnd.newBuilder()
          .setHow(SocketEnd.How.HOW_LOST)
          .setSentence("the connection was lost: " + lost.why())
          .build();
    }
    if (end instanceof StreamEnd.Reset reset) {
      return SocketEnd.newBuilder()
          .setHow(SocketEnd.How.HOW_RESET)
          .setSentence(
              reset.byPeer()
                  ? "the other side has broken the connection off"
                  : "this side has broken the connection off")
          .build();
    }
    return SocketEnd.newBuilder().setHow(SocketEnd.How.HOW_COMPLETE).build();
  }
}
