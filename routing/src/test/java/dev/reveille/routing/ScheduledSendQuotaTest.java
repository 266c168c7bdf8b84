package dev.reveille.routing;

import static dev.reveille.routing.port.Samples.NOW;
import static dev.reveille.routing.port.Samples.send;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Audience;
import dev.reveille.model.Bytes;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import dev.reveille.model.SendContent;
import dev.reveille.routing.Intake.Answer;
import dev.reveille.routing.port.MemorySendLog;
import dev.reveille.routing.port.SendLog;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What may be stored for moments more than a day ahead.
final class ScheduledSendQuotaTest extends SendFanOutStage {
  private static final Instant FAR = NOW.plus(SendLog.FAR_AHEAD).plusSeconds(1);

  private static Send with(final Instant moment, final int bytes) {
    final var like = send("1", new Audience.Addresses(addresses(1)), moment);
    final var said =
        new SendContent.Native(PushService.APNS, Map.of(), Bytes.of("x".repeat(bytes)));
    return new Send(like.key(), like.life(), like.lane(), like.notBefore(), like.to(), said);
  }

  private static Send large(final Instant moment) {
    return send("1", new Audience.Addresses(addresses(1_000)), moment);
  }

  @Test
  void one_that_is_too_large_is_refused_with_its_limit_and_nothing_is_stored() {
    final var refused = assertInstanceOf(Answer.NotKept.class, submit(large(FAR)));
    assertEquals(Reason.TOO_LARGE, refused.why());
    assertTrue(refused.detail().contains("65536"), refused::detail);
    assertEquals(0, fixture.store.events().size());
    assertInstanceOf(
        Answer.Stored.class,
        submit(large(NOW.plus(SendLog.FAR_AHEAD))),
        "one that is nearer may be as large as any");
  }

  @Test
  void one_that_fits_is_stored_and_leaves_no_room_taken() {
    final long send = accept(with(FAR, 1_000));
    assertEquals(
        fixture.store.sends().size(with(FAR, 1_000)), fixture.store.sends().bytesFarAhead());
    fixture.routing.sends().cancel(send, () -> {});
    fixture.turn();
    assertEquals(0, fixture.store.sends().bytesFarAhead());
    fixture.nothingIsLeft();
  }

  @Test
  void all_together_have_one_room_and_what_is_asked_for_counts() {
    final var log = new MemorySendLog();
    final var one = with(FAR, 1_000);
    final long size = log.size(one);
    final var room = new ScheduledSendQuota(log, 2 * size);
    assertNull(room.refuses(one, NOW));
    assertNull(room.refuses(one, NOW));
    final var refused = Objects.requireNonNull(room.refuses(one, NOW));
    assertEquals(Reason.SCHEDULED_FULL, refused.why());
    assertTrue(refused.retryAfter().isPositive());
    room.answered(one, NOW);
    assertNull(room.refuses(one, NOW));
    assertNull(room.refuses(with(NOW, 60_000), NOW), "what leaves at once takes no room of it");
  }

  @Test
  void what_is_stored_counts() {
    final var log = new MemorySendLog();
    final var one = with(FAR, 1_000);
    final var room = new ScheduledSendQuota(log, log.size(one));
    assertNull(room.refuses(one, NOW));
    log.accepted(new dev.reveille.model.StoredJob(1, NOW, one));
    room.answered(one, NOW);
    assertEquals(Reason.SCHEDULED_FULL, Objects.requireNonNull(room.refuses(one, NOW)).why());
  }
}
