package dev.reveille.protocols.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.UserId;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// A phone that stops reading, over a real socket: it loses frames, never entries.
class SlowPhoneTest {
  private static final int MESSAGES = 250;

  @AutoClose private final DeviceServer server = new DeviceServer();
  private final UserId anna = server.user("anna");

  @Test
  void it_gets_every_entry_in_order_when_it_reads_again() {
    final var phone = PhoneRequests.register(server, server.code(anna));
    final var socket = phone.live("foreground");
    socket.next("caught-up");
    socket.stopReading();

    for (int i = 0; i < MESSAGES; i++) {
      server.hand(SampleEvents.large(i, anna));
    }
    assertTrue(socket.unseen() < MESSAGES, "the sockets swallowed everything");
    socket.readAgain();

    for (int i = 0; i < MESSAGES; i++) {
      final var entry = socket.next("entry");
      assertEquals(Integer.toString(i), entry.path("content").path("data").path("number").asText());
      socket.say("{\"frame\":\"ack\",\"upTo\":\"" + entry.path("position").asText() + "\"}");
    }
  }
}
