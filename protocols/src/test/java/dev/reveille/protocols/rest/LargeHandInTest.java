package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// A large hand-in is read beside the connections, whose event loop goes on meanwhile.
final class LargeHandInTest {
  private static String message(final String id, final int characters) {
    return """
    {"id":"%s","source":"chat","class":"message","to":["anna"],"conversation":"c",
     "content":{"title":"Bob","text":"%s"}}\
    """
        .formatted(id, "x".repeat(characters));
  }

  @Test
  void others_are_answered_while_a_large_hand_in_waits_to_be_read() throws Exception {
    final var toRead = new LinkedBlockingQueue<Runnable>();
    try (var api = new ApiUnderTest(toRead::add)) { // one event loop
      final var caller = api.caller();
      caller.put("/v1/users/anna", "{}");
      final var batch = "[" + message("one", 50_000) + "," + message("two", 50_000) + "]";
      final var large = CompletableFuture.supplyAsync(() -> caller.event(batch));
      final var reading = toRead.poll(20, TimeUnit.SECONDS);

      assertNotNull(reading, "it was read on the event loop");
      assertEquals(202, caller.event(message("small", 10)).status());
      assertFalse(large.isDone());

      reading.run();
      final var reply = large.get(20, TimeUnit.SECONDS);
      assertEquals(202, reply.status());
      assertEquals("stored", reply.text("/results/1/status"));
    }
  }
}
