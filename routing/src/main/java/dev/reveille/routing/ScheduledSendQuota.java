package dev.reveille.routing;

import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import dev.reveille.model.TimeScale;
import dev.reveille.routing.Intake.Answer.NotKept;
import dev.reveille.routing.port.SendLog;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The room for sends that lie far ahead, which are kept whole until their moment: each has at most
/// [SendLog#MOST_BYTES_OF_ONE], and all together at most [SendLog#MOST_BYTES_OF_ALL].
///
/// Thread-safe.
final class ScheduledSendQuota {
  /// Room comes when one begins or is cancelled.
  private static final Duration UNTIL_THERE_IS_ROOM = TimeScale.divide(Duration.ofMinutes(10));

  private final SendLog log;
  private final long most;

  /// Bytes of sends that were let in and are not answered yet: the log does not know them.
  private final AtomicLong asked = new AtomicLong();

  ScheduledSendQuota(final SendLog log, final long most) {
    this.log = log;
    this.most = most;
  }

  /// Takes room for a send that lies far ahead, or says why there is none; null for any other send.
  @Nullable NotKept refuses(final Send send, final Instant now) {
    if (!SendLog.isFarAhead(send, now)) {
      return null;
    }
    final long size = log.size(send);
    if (size > SendLog.MOST_BYTES_OF_ONE) {
      return new NotKept(
          Reason.TOO_LARGE,
          "a send for more than 24 hours ahead has at most "
              + SendLog.MOST_BYTES_OF_ONE
              + " bytes, and this one has "
              + size,
          Duration.ZERO);
    }
    if (asked.addAndGet(size) + log.bytesFarAhead() > most) {
      asked.addAndGet(-size);
      return new NotKept(Reason.SCHEDULED_FULL, "", UNTIL_THERE_IS_ROOM);
    }
    return null;
  }

  /// The send was answered: the log knows it now, or it was not kept.
  ///
  /// @param now as it was when room was taken
  void answered(final Send send, final Instant now) {
    if (SendLog.isFarAhead(send, now)) {
      asked.addAndGet(-log.size(send));
    }
  }
}
