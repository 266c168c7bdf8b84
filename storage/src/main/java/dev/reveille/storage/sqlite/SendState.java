package dev.reveille.storage.sqlite;

import dev.reveille.routing.port.Note;
import dev.reveille.routing.port.SendLog.Progress;
import dev.reveille.routing.port.SendLog.Remainder;
import dev.reveille.routing.port.SendLog.Settled;
import dev.reveille.routing.port.SendLog.State;
import dev.reveille.routing.port.TrailEntry;
import dev.reveille.routing.port.TrailEntry.Try;
import dev.reveille.storage.codec.ByteReader;
import dev.reveille.storage.codec.ByteWriter;
import dev.reveille.storage.codec.Numbers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The progress of one send, computed from its notes and the lines of its targets. Its size does
/// not grow with the send: numbers of targets are kept only above the one up to which all are done.
///
/// A group of the journal counts once: what was folded and may be folded again after a crash knows
/// up to which group it holds everything.
final class SendState {
  /// The last group that was read before this was written.
  private final long readBefore;

  private long readUpTo;
  private long reached;
  private long begun;
  private long ofAnotherService;

  /// It lay far ahead when it was accepted.
  private boolean isFarAhead;

  /// The day of its lines, since 1970; 0 for the one in which it was accepted.
  private long toldIn;

  private State state = State.GOES_ON;
  private Remainder remainder = Remainder.NONE;

  /// Targets above `reached` that need nothing more.
  private final TreeSet<Long> done = new TreeSet<>();

  /// How many targets are settled, by the word of their outcome and, each behind a blank, the code
  /// of its reason and the push service, which older versions did not write.
  private final Map<String, Long> outcomes = new HashMap<>();

  SendState() {
    this(0);
  }

  private SendState(final long readBefore) {
    this.readBefore = readBefore;
    this.readUpTo = readBefore;
  }

  /// @param group the first sequence of the group that holds the note
  void read(final Note.Advanced note, final long group) {
    if (!isNew(group)) {
      return;
    }
    reached = Math.max(reached, note.reached());
    begun = Math.max(begun, note.maybeBegun());
    ofAnotherService = Math.max(ofAnotherService, note.ofAnotherService());
    state = note.state().isAfter(state) ? note.state() : state;
    if (state.isOpen()) {
      done.headSet(reached, true).clear();
    } else {
      done.clear();
    }
  }

  /// @param group the first sequence of the group that holds the line
  void read(final TrailEntry line, final long group) {
    if (!isNew(group)) {
      return;
    }
    remainder = remainder.after(line);
    switch (line) {
      case TrailEntry.Targets targets -> targets.targets().forEach(this::read);
      case TrailEntry.Later later -> {
        if (later.settled()) {
          count(later.tries(), later.service());
        }
      }
      case TrailEntry.Opening _, TrailEntry.NoDevice _ -> {}
    }
  }

  private void read(final TrailEntry.OfTarget target) {
    if ((target.settled() || target.waits()) && target.number() > reached && state.isOpen()) {
      done.add(target.number());
    }
    if (target.settled()) {
      count(target.tries(), target.service());
    }
  }

  private boolean isNew(final long group) {
    readUpTo = Math.max(readUpTo, group);
    return group > readBefore;
  }

  private void count(final List<Try> tries, final String service) {
    outcomes.merge(Settled.key(tries, service), 1L, Long::sum);
  }

  void liesFarAhead() {
    isFarAhead = true;
  }

  /// Something is said of it, in a group of this day. What lay far ahead has its lines there.
  ///
  /// @param day since 1970
  void begins(final long day) {
    if (isFarAhead && toldIn == 0) {
      toldIn = day;
    }
  }

  boolean isFarAhead() {
    return isFarAhead;
  }

  long toldIn() {
    return toldIn;
  }

  State state() {
    return state;
  }

  long reached() {
    return reached;
  }

  long begun() {
    return begun;
  }

  long ofAnotherService() {
    return ofAnotherService;
  }

  Set<Long> done() {
    return Set.copyOf(done);
  }

  Progress progress() {
    return new Progress(state, reached, begun, Settled.byOutcome(outcomes), ofAnotherService);
  }

  Remainder remainder() {
    return remainder;
  }

  List<Settled> settled() {
    return Settled.all(outcomes);
  }

  byte[] bytes() {
    final ByteWriter out = new ByteWriter(64);
    out.number(readUpTo).number(reached).number(begun).u8(state.number());
    out.number(outcomes.size());
    outcomes.forEach((word, count) -> out.text(word).number(count));
    out.number(done.size());
    long before = reached;
    for (final long number : done) {
      out.number(number - before);
      before = number;
    }
    final boolean hasRemainder = !remainder.equals(Remainder.NONE);
    if (ofAnotherService > 0 || isFarAhead || hasRemainder) {
      out.number(ofAnotherService); // the version that joined sends read over it
    }
    if (isFarAhead || hasRemainder) {
      out.number(toldIn);
    }
    if (hasRemainder) {
      out.bool(isFarAhead).number(remainder.waiting());
      out.bool(remainder.lastSettled().isPresent());
      remainder.lastSettled().ifPresent(out::instant);
    }
    return out.copy();
  }

  static SendState of(final byte[] bytes) {
    final ByteReader in = new ByteReader(bytes);
    final SendState one = new SendState(in.number());
    one.reached = in.number();
    one.begun = in.number();
    one.state = Numbers.STATES.constant(in.u8());
    for (int left = in.count(); left > 0; left--) {
      one.outcomes.put(in.text(), in.number());
    }
    long before = one.reached;
    for (int left = in.count(); left > 0; left--) {
      before += in.number();
      one.done.add(before);
    }
    one.ofAnotherService = in.isAtEnd() ? 0 : in.number();
    final boolean isLonger = !in.isAtEnd();
    one.toldIn = isLonger ? in.number() : 0;
    if (in.isAtEnd()) {
      one.isFarAhead = isLonger; // older versions wrote the day of such ones alone
    } else {
      one.isFarAhead = in.bool();
      one.remainder =
          new Remainder(in.number(), in.bool() ? Optional.of(in.instant()) : Optional.empty());
    }
    return one;
  }
}
