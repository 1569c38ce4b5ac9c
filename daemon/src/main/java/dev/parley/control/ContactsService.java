package dev.parley.control;

import dev.parley.contacts.Contacts;
import dev.parley.control.v1.AddContactRequest;
import dev.parley.control.v1.Contact;
import dev.parley.control.v1.ContactsGrpc;
import dev.parley.control.v1.ListContactsReply;
import dev.parley.control.v1.ListContactsRequest;
import dev.parley.control.v1.RemoveContactRequest;
import dev.parley.discovery.RelayUrl;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;

/** The address book. */
final class ContactsService extends ContactsGrpc.ContactsImplBase {
  private final Contacts contacts;
  private final Peers peers;

  ContactsService(Contacts contacts, Peers peers) {
    this.contacts = contacts;
    this.peers = peers;
  }

  @Override
  public void addContact(AddContactRequest request, StreamObserver<Contact> observer) {
    Failures.answer(observer, () -> of(contacts.add(request.getName(), request.getTicket())));
  }

  @Override
  public void listContacts(
      ListContactsRequest request, StreamObserver<ListContactsReply> observer) {
    Failures.answer(
        observer,
        () -> {
          ListContactsReply.Builder reply = ListContactsReply.newBuilder();
          contacts.list().forEach(contact -> reply.addContacts(of(contact)));
          return reply.build();
        });
  }

  @Override
  public void removeContact(RemoveContactRequest request, StreamObserver<Contact> observer) {
    Failures.answer(
        observer,
        () ->
            of(
                contacts
                    .remove(request.getPeer())
                    .orElseThrow(() -> peers.unknown(request.getPeer()))));
  }

  private static Contact of(dev.parley.contacts.Contact contact) {
    Contact.Builder message =
        Contact.newBuilder()
            .setName(contact.name())
            .setPeerId(contact.peer().toString())
            .setAddedAtMillis(contact.addedAt().toEpochMilli())
            .setVerified(contact.verified());
    contact.addresses().forEach(address -> message.addAddresses(text(address)));
    contact.relays().stream().map(RelayUrl::toString).forEach(message::addRelays);
    return message.build();
  }

  private static String text(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
