package dev.reveille.live;

import dev.reveille.live.InboxFeed.Head;
import dev.reveille.model.CallId;
import dev.reveille.model.Position;
import dev.reveille.model.Reason;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.BoundedPage;
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
/// What channels ask for within one turn of the loop is read together by one thread: an event for a
/// thousand phones is one thread, at most a thousand short reads, and one frame that all of them
/// share; a user's phones that stand at the same place share the read too. So is what phones ask
/// that were away for a moment, between two polls. A phone that comes back may read far into the
/// past, so it has a thread of its own, and a limited number of them read at a time.
final class InboxReader {
  private static final Logger LOG = LoggerFactory.getLogger(InboxReader.class);

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
    private final Map<Long, byte[]> frames = new HashMap<>();
    private @Nullable UserId user; // of the newest page: a user's phones come one after the other
    private @Nullable Page page;
  }

  /// What a channel wants to know.
  private sealed interface Asked {
    InboxFeed channel();

    int round();

    Position after();

    /// What came after all that it was told.
    record More(InboxFeed channel, int round, Position after) implements Asked {}

    /// The same for a phone that was away for a moment, and how its calls stand.
    record Again(InboxFeed channel, int round, Position after, Head head, Set<CallId> told)
        implements Asked {}
  }

  /// So many pages are read before the loop may begin to write.
  private static final int AT_ONCE = 128;

  /// Bytes of a page, unless its first entry has more. What does not fit into the socket is read
  /// again, so that a larger page would be work for nothing.
  private static final int LARGEST_PAGE = 256 * 1024;

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
  void read(final InboxFeed channel, final int round, final Position after) {
    ask(new Asked.More(channel, round, after));
  }

  /// Reads for a phone that was away for a moment and goes on where it was. On the loop.
  void again(
      final InboxFeed channel,
      final int round,
      final Position after,
      final Head head,
      final Set<CallId> told) {
    ask(new Asked.Again(channel, round, after, head, told));
  }

  private void ask(final Asked one) {
    if (asked.isEmpty()) {
      loop.execute(this::submit);
    }
    asked.add(one);
  }

  private void submit() {
    final var group = asked;
    asked = new ArrayList<>();
    workers.execute(() -> read(group));
  }

  private void read(final List<Asked> group) {
    final var shared = group.size() > 1 ? new Shared() : null;
    for (int from = 0; from < group.size(); from += AT_ONCE) {
      final var some = group.subList(from, Math.min(group.size(), from + AT_ONCE));
      final var told = new ArrayList<Runnable>(some.size());
      for (final var one : some) {
        try {
          told.add(answer(one, shared));
        } catch (RuntimeException e) {
          failed(one.channel(), e);
        }
      }
      loop.execute(() -> told.forEach(Runnable::run));
    }
  }

  /// Reads, and answers what is to be done with it on the loop.
  private Runnable answer(final Asked one, final @Nullable Shared shared) {
    final var channel = one.channel();
    return switch (one) {
      case Asked.More _ -> {
        final var page = page(one, shared);
        yield () -> channel.page(page);
      }
      case Asked.Again(_, _, _, var head, var told) -> {
        final var page = page(one, shared);
        final var calls = channel.calls(told); // last: the phone should ring for what rings now
        yield () -> channel.resumed(head, page, calls);
      }
    };
  }

  /// Reads for a phone that comes back: whether it is still signed in, its inbox, then how its
  /// calls stand, so that what the phone is told to ring for is as new as can be.
  ///
  /// @param from absent for where it acknowledged last
  void resume(
      final InboxFeed channel,
      final int round,
      final @Nullable Position from,
      final Head head,
      final Set<CallId> told) {
    workers.execute(() -> {
      returning.acquireUninterruptibly();
      try {
        if (!channel.isSignedIn()) {
          loop.execute(() -> channel.end(Reason.SIGNED_OUT));
          return;
        }
        final var start =
            from != null ? from : inbox.cursor(channel.user(), channel.installation());
        final var page = page(channel, round, start, null);
        final var calls = channel.calls(told);
        loop.execute(() -> channel.resumed(head, page, calls));
      } catch (RuntimeException e) {
        failed(channel, e);
      } finally {
        returning.release();
      }
    });
  }

  private Page page(final Asked one, final @Nullable Shared shared) {
    final var user = one.channel().user();
    if (shared != null
        && shared.page != null
        && shared.page.asked.equals(one.after())
        && user.equals(shared.user)) {
      return shared.page.forRound(one.round());
    }
    final var page = page(one.channel(), one.round(), one.after(), shared);
    if (shared != null) {
      shared.user = user;
      shared.page = page;
    }
    return page;
  }

  private Page page(
      final InboxFeed channel,
      final int round,
      final Position after,
      final @Nullable Shared shared) {
    final var page =
        BoundedPage.read(
            (at, some) -> inbox.after(channel.user(), at, some),
            after,
            most,
            LARGEST_PAGE,
            entry -> new Framed(entry.stored().sequence(), frame(channel, entry, shared)),
            framed -> framed.frame().length);
    final long start = page.gap() ? inbox.beginning().sequence() : after.sequence();
    final long upTo = page.upTo().sequence();
    return new Page(round, after, start, page.gap(), page.entries(), upTo, page.more());
  }

  private static byte[] frame(
      final InboxFeed channel, final Inbox.Entry entry, final @Nullable Shared shared) {
    return shared == null || !entry.marks().isEmpty()
        ? channel.format().entry(entry, true)
        : shared.frames.computeIfAbsent(
            entry.stored().sequence(), _ -> channel.format().entry(entry, true));
  }

  private void failed(final InboxFeed channel, final RuntimeException fault) {
    LOG.error("the inbox of installation {} could not be read", channel.installation(), fault);
    loop.execute(() -> channel.end(Reason.INTERNAL));
  }
}
