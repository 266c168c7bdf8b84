package dev.reveille.routing;

import dev.reveille.model.Audience;
import dev.reveille.model.Audience.Addressed;
import dev.reveille.model.PushAddress;
import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import dev.reveille.model.StoredJob;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.Audiences;
import dev.reveille.routing.port.Audiences.Numbered;
import dev.reveille.routing.port.Rendered;
import dev.reveille.routing.port.SendLog;
import dev.reveille.routing.port.SendLog.Progress;
import dev.reveille.routing.port.SendLog.State;
import dev.reveille.routing.port.TrailStore;
import dev.reveille.routing.port.WaitingRoom.Waiting;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads from the stores what sends need: pages of their audiences, and the data for their waiting
/// rows, for which [Lookups] calls it. Page reads run on [LookupThreads]; results go to the
/// dispatcher as [DispatcherInput]. Only [#ask] is for the dispatcher's thread; the rest blocks on
/// the disk, and its memory belongs to the thread of the rows.
final class SendLookups {
  private static final Logger LOG = LoggerFactory.getLogger(SendLookups.class);
  private static final int MOST_SENDS_REMEMBERED = 64;

  /// Sends of which it is remembered what all are told; each is at most as large as its body.
  private static final int MOST_WORDS_REMEMBERED = 16;

  private final TrailStore trail;
  private final SendLog log;
  private final Audiences audiences;
  private final SendWording wording;
  private final Directory directory;
  private final PushSwitches switches;
  private final LookupThreads threads;
  private final Mailbox<DispatcherInput> mailbox;

  /// What all addresses of a send are told, for the thread of the rows: they come back together.
  private final Map<Long, SendWords> shared = new RecentMap<>(MOST_WORDS_REMEMBERED);

  /// What the trails of sends of former runs say, for the thread of the rows.
  private final Map<Long, Map<TargetKey, PushHistory>> triedBefore =
      new RecentMap<>(MOST_SENDS_REMEMBERED);

  /// Sends up to this one were accepted by a former run.
  private final long lastOfFormerRun;

  SendLookups(
      final TrailStore trail,
      final SendLog log,
      final Audiences audiences,
      final SendWording wording,
      final Directory directory,
      final PushSwitches switches,
      final LookupThreads threads,
      final Mailbox<DispatcherInput> mailbox,
      final long lastOfFormerRun) {
    this.trail = trail;
    this.log = log;
    this.audiences = audiences;
    this.wording = wording;
    this.directory = directory;
    this.switches = switches;
    this.threads = threads;
    this.mailbox = mailbox;
    this.lastOfFormerRun = lastOfFormerRun;
  }

  /// Reads the next page of whom a send is for; the answer is [DispatcherInput.PageRead] or
  /// [DispatcherInput.PageFailed].
  ///
  /// @param mayBeTold targets up to this number may have been told by a former run: what the trail
  ///   says of their pushes is read as well
  void ask(final StoredJob stored, final long after, final int most, final long mayBeTold) {
    final long sequence = stored.sequence();
    final var lane = stored.job().lane();
    threads
        .of(lane)
        .execute(() -> {
          try {
            final var send = (Send) stored.job();
            final var page =
                switch (send.to()) {
                  case Audience.Addresses(var all) -> listed(all, after, most);
                  case Audience.Registered registered ->
                      audiences.page(registered, send, after, most);
                };
            warm(send);
            mailbox.put(
                lane,
                new DispatcherInput.PageRead(
                    sequence, page, own(stored, page), tried(sequence, page, mayBeTold)));
          } catch (final RuntimeException fault) {
            mailbox.put(lane, new DispatcherInput.PageFailed(sequence, fault));
          } catch (final Error fault) { // without an answer the send would wait for ever
            final var failed =
                new IllegalStateException("the look-up ended with an exception", fault);
            mailbox.put(lane, new DispatcherInput.PageFailed(sequence, failed));
            throw fault;
          }
        });
  }

  /// A page of addresses that stand in the send: they are numbered from 1.
  static Audiences.Page listed(final List<Addressed> all, final long after, final int most) {
    final int from = (int) Math.min(after, all.size());
    final int to = Math.min(all.size(), from + most);
    final var some = new ArrayList<Numbered>(to - from);
    for (int i = from; i < to; i++) {
      some.add(new Numbered(i + 1L, all.get(i)));
    }
    return new Audiences.Page(some, to == all.size());
  }

  /// What the trail says of the targets of a page that may have been told. The trail of a large
  /// send is long: nothing of the others is held. A trail that cannot be read stops no send: its
  /// targets go as if nothing were known of them, so one may be told once more.
  private Map<TargetKey, PushHistory> tried(
      final long send, final Audiences.Page page, final long mayBeTold) {
    final var asked =
        page.targets().stream()
            .filter(one -> one.number() <= mayBeTold)
            .map(one -> one.to().key())
            .collect(Collectors.toSet());
    if (asked.isEmpty()) {
      return Map.of();
    }
    try {
      return PushHistory.of(trail, send, asked::contains);
    } catch (final RuntimeException fault) {
      LOG.error("what send {} did before the start cannot be read; it goes on", send, fault);
      return Map.of();
    }
  }

  /// Brings into memory what each of its pushes will need.
  private void warm(final Send send) {
    if (send.isOfHub()) {
      try {
        final var _ = switches.offForHubs(send.key().organisation());
      } catch (final RuntimeException fault) { // the push asks once more, and tells it
        LOG.debug("the switches for hubs could not be read beforehand", fault);
      }
    }
  }

  /// What the targets of a page are told that have a template of their own.
  private Map<Rendered, SendWords> own(final StoredJob stored, final Audiences.Page page) {
    final Map<Rendered, SendWords> own = new IdentityHashMap<>();
    for (final var target : page.targets()) {
      target
          .own()
          .ifPresent(its ->
              own.computeIfAbsent(its, _ -> wording.own(stored, its, target.to().address())));
    }
    return own;
  }

  /// What a row of a send needs; on the thread of the rows.
  ///
  /// @param read for its claim so far
  /// @param ofThisRun what is known of a row of this run
  RowInput input(
      final Waiting row,
      final StoredJob stored,
      final Send send,
      final ClaimCache read,
      final Supplier<PushHistory> ofThisRun) {
    final var state =
        read.states.computeIfAbsent(
            stored.sequence(),
            sequence -> log.progress(sequence).map(Progress::state).orElse(State.CANCELLED));
    if (row.target().equals(TargetKey.WHOLE)) {
      return new RowInput.Due(row, stored, state == State.SCHEDULED);
    }
    if (state == State.CANCELLED && row.why() != Reason.RELAY_HAS_IT) { // that is asked for
      return new RowInput.Gone(row, Reason.SEND_CANCELLED);
    }
    final var to =
        switch (send.to()) {
          case Audience.Addresses(var all) ->
              all.stream()
                  .filter(one -> one.key().equals(row.target()))
                  .findFirst()
                  .map(one -> new Audiences.Found(one, Optional.empty()));
          case Audience.Registered registered -> audiences.find(registered, send, row.target());
        };
    if (to.isEmpty()) {
      return new RowInput.Gone(row, Reason.SIGNED_OUT);
    }
    final var found = to.get();
    if (isOfOthers(send, found.to().address())) {
      return new RowInput.Gone(row, Reason.NOT_CONFIGURED);
    }
    warm(send);
    return new RowInput.OfSend(
        row, stored, found.to(), words(stored, found, read), history(row, ofThisRun));
  }

  /// Whether the app of an address opens push services to other organisations alone: of one that
  /// was removed, another may have taken the name since.
  private boolean isOfOthers(final Send send, final PushAddress to) {
    return switch (to) {
      case PushAddress.Direct direct ->
          directory
              .app(direct.app())
              .filter(app -> !app.isFor(send.key().organisation()))
              .isPresent();
    };
  }

  private SendWords words(
      final StoredJob stored, final Audiences.Found found, final ClaimCache read) {
    return found
        .own()
        .map(its ->
            read.own.computeIfAbsent(its, _ -> wording.own(stored, its, found.to().address())))
        .orElseGet(() -> shared.computeIfAbsent(stored.sequence(), _ -> wording.shared(stored)));
  }

  /// The rows of a large send come back in many claims, and its trail is long: what is worth
  /// knowing of it is kept after the first one.
  private PushHistory history(final Waiting row, final Supplier<PushHistory> ofThisRun) {
    return row.event() <= lastOfFormerRun && !Pushing.isUncertain(row.why())
        ? triedBefore
            .computeIfAbsent(row.event(), send -> PushHistory.worthKnowing(trail, send))
            .getOrDefault(row.target(), PushHistory.NOTHING_KNOWN)
        : ofThisRun.get();
  }
}
