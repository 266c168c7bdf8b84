package dev.reveille.protocols.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.UserId;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A phone that stops reading, over a real socket: it loses frames, never entries.
class SlowPhoneTest {
  private static final int MESSAGES = 250;

  @TempDir Path directory;
  private DeviceServer server;
  private UserId anna;

  @BeforeEach
  void start() {
    server = new DeviceServer(directory);
    anna = server.user("anna");
  }

  @AfterEach
  void stop() {
    server.close();
  }

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
