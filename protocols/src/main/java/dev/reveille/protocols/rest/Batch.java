package dev.reveille.protocols.rest;

import dev.reveille.http.server.Answer;
import dev.reveille.http.server.Exchange;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.Intake;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Collects the results of the events of one request and answers when the last one is there, on the
/// thread that brings it. Each place is filled once, from any thread.
final class Batch {
  private static final byte[] BEGIN = {'{', '"', 'r', 'e', 's', 'u', 'l', 't', 's', '"', ':', '['};
  private static final byte[] END = {']', '}', '\n'};

  private final Exchange exchange;
  private final EventAnswers answers;
  private final byte[][] results;
  private final AtomicInteger open;
  private final AtomicLong retryAfterMillis = new AtomicLong();

  /// Counts filled places for one who hands in the rest only after them.
  private final Semaphore filled = new Semaphore(0);

  Batch(final Exchange exchange, final EventAnswers answers, final int size) {
    this.exchange = exchange;
    this.answers = answers;
    this.results = new byte[size][];
    this.open = new AtomicInteger(size);
  }

  Intake.Receipt receipt(final int place) {
    return answer -> {
      if (answer instanceof Intake.Answer.NotKept(_, _, var retryAfter)) {
        mayWorkAfter(retryAfter);
      }
      fill(place, answers.result(answer));
    };
  }

  void refused(final int place, final Refusal refusal) {
    mayWorkAfter(refusal.retryAfter());
    fill(place, answers.refused(refusal));
  }

  void fill(final int place, final byte[] result) {
    results[place] = result;
    if (open.decrementAndGet() == 0) {
      finish();
    }
    filled.release();
  }

  /// Waits until so many more places are filled.
  void await(final int places) throws InterruptedException {
    filled.acquire(places);
  }

  private void mayWorkAfter(final Duration retryAfter) {
    retryAfterMillis.accumulateAndGet(retryAfter.toMillis(), Math::max);
  }

  private void finish() {
    int length = BEGIN.length + END.length + results.length - 1;
    for (final var result : results) {
      length += result.length;
    }
    final var whole = new byte[length];
    System.arraycopy(BEGIN, 0, whole, 0, BEGIN.length);
    int at = BEGIN.length;
    for (int i = 0; i < results.length; i++) {
      if (i > 0) {
        whole[at++] = ',';
      }
      System.arraycopy(results[i], 0, whole, at, results[i].length);
      at += results[i].length;
    }
    System.arraycopy(END, 0, whole, at, END.length);
    final long wait = retryAfterMillis.get();
    exchange.answer(
        wait == 0
            ? Answer.of(202, Answers.JSON, whole)
            : Answer.of(
                202,
                Answers.JSON,
                whole,
                "Retry-After",
                Long.toString(Answers.seconds(Duration.ofMillis(wait)))));
  }
}
