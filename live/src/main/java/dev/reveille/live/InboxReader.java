package dev.reveille.live;

import dev.reveille.live.Telling.Head;
import dev.reveille.model.CallId;
import dev.reveille.model.Position;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.Inbox;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads inboxes for the channels of one event loop, on threads that may block, and brings the
/// pages back to the loop, already written as frames.
///
/// What channels ask for within one task of the loop is read together by one thread: an event for a
/// thousand phones is one thread, at most a thousand short reads, and one frame that all of them
/// share; a user's phones that stand at the same place share the read too. A phone that comes back
/// may read far into the past, so it has a thread of its own, and a limited number of them read at
/// a time.
final class InboxReader {
  private static final Logger log = LoggerFactory.getLogger(InboxReader.class);

  /// An entry as it is written.
  record Framed(long sequence, byte[] frame) {}

  /// @param round the channel's number of the read
  /// @param asked the position from which it was read
  /// @param start where the entries begin: `asked`, or the beginning after a gap
  /// @param upTo everything in the inbox up to here is among the entries
  record Page(
      int round,
      Position asked,
      long start,
      boolean gap,
      List<Framed> entries,
      long upTo,
      boolean more) {
    private Page forRound(final int other) {
      return new Page(other, asked, start, gap, entries, upTo, more);
    }
  }

  /// What the channels of one group need not do again for each other.
  private static final class Shared {
    private record Place(UserId user, Position after) {}

    private final Map<Place, Page> pages = new HashMap<>();
    private final Map<Long, byte[]> frames = new HashMap<>();
  }

  private record Asked(Telling channel, int round, Position after) {}

  private record Found(Telling channel, Page page) {}

  private final Inbox inbox;
  private final int most;
  private final Executor loop;
  private final Executor workers;
  private final Semaphore returning;
  private List<Asked> asked = new ArrayList<>(); // belongs to the loop

  InboxReader(
      final Inbox inbox,
      final int most,
      final Executor loop,
      final Executor workers,
      final Semaphore returning) {
    this.inbox = inbox;
    this.most = most;
    this.loop = loop;
    this.workers = workers;
    this.returning = returning;
  }

  /// Reads on for a channel that is up to date, or nearly so. On the loop.
  void read(final Telling channel, final int round, final Position after) {
    if (asked.isEmpty()) {
      loop.execute(this::submit);
    }
    asked.add(new Asked(channel, round, after));
  }

  private void submit() {
    final var group = asked;
    asked = new ArrayList<>();
    workers.execute(() -> read(group));
  }

  private void read(final List<Asked> group) {
    final var found = new ArrayList<Found>(group.size());
    final var shared = group.size() > 1 ? new Shared() : null;
    for (final var one : group) {
      try {
        found.add(new Found(one.channel, page(one, shared)));
      } catch (RuntimeException e) {
        failed(one.channel, e);
      }
    }
    loop.execute(() -> found.forEach(one -> one.channel.page(one.page)));
  }

  /// Reads for a phone that comes back: first how its calls stand, then its inbox.
  ///
  /// @param from absent for where it acknowledged last
  void resume(
      final Telling channel,
      final int round,
      final @Nullable Position from,
      final Head head,
      final Set<CallId> told) {
    workers.execute(() -> {
      returning.acquireUninterruptibly();
      try {
        final var start =
            from != null ? from : inbox.cursor(channel.user(), channel.installation());
        final var calls = channel.calls(told);
        final var page = page(channel, round, start, null);
        loop.execute(() -> channel.resumed(head, page, calls));
      } catch (RuntimeException e) {
        failed(channel, e);
      } finally {
        returning.release();
      }
    });
  }

  private Page page(final Asked one, final @Nullable Shared shared) {
    if (shared == null) {
      return page(one.channel, one.round, one.after, null);
    }
    return shared
        .pages
        .computeIfAbsent(
            new Shared.Place(one.channel.user(), one.after),
            _ -> page(one.channel, one.round, one.after, shared))
        .forRound(one.round);
  }

  private Page page(
      final Telling channel, final int round, final Position after, final @Nullable Shared shared) {
    final var page = inbox.after(channel.user(), after, most);
    final var framed = new ArrayList<Framed>(page.entries().size());
    for (final var entry : page.entries()) {
      framed.add(new Framed(entry.kept().sequence(), frame(channel, entry, shared)));
    }
    final long start = page.gap() ? inbox.beginning().sequence() : after.sequence();
    return new Page(round, after, start, page.gap(), framed, page.upTo().sequence(), page.more());
  }

  private static byte[] frame(
      final Telling channel, final Inbox.Entry entry, final @Nullable Shared shared) {
    return shared == null || !entry.marks().isEmpty()
        ? channel.format().entry(entry, true)
        : shared.frames.computeIfAbsent(
            entry.kept().sequence(), _ -> channel.format().entry(entry, true));
  }

  private void failed(final Telling channel, final RuntimeException fault) {
    log.error("the inbox of installation {} could not be read", channel.installation(), fault);
    loop.execute(() -> channel.end(Reason.INTERNAL));
  }
}
