package dev.reveille.routing;

import dev.reveille.model.UserId;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the calls that ring for a user. It is compact: each recipient of each call is a place in
/// arrays, and the places of users whose names have one hash form a doubly linked list.
///
/// ```
///   heads[hash of the user] ─► place ◄─► place ◄─► …        place: which call, which recipient of it
/// ```
///
/// A place takes 16 bytes, the call's list of its places 4, the heads 4 to 8; arrays double when
/// they are full, so it is twice that at worst. They begin anew when no call rings.
///
/// Thread-safe, by one lock.
final class RingingIndex {
  private static final int FIRST_CAPACITY = 1_024;
  private static final int NONE = -1;

  private final long seed;
  private final long multiplier;
  private int[] heads = new int[0];
  private int[] next = new int[0];
  private int[] before = new int[0];
  private int[] callOf = new int[0];
  private int[] recipientOf = new int[0];

  /// The first of the places that are free, a list by `next`.
  private int free = NONE;

  private int used;

  private @Nullable Ringing[] calls = new @Nullable Ringing[0];
  private int[] nextFreeCall = new int[0];
  private int freeCall = NONE;

  RingingIndex() {
    this(new SecureRandom().nextLong(), new SecureRandom().nextLong());
  }

  /// @param seed with which names are hashed: a sender who knew it could choose names that are all
  ///   in one list, which every look at one of them would walk through
  /// @param multiplier the same
  RingingIndex(final long seed, final long multiplier) {
    this.seed = seed;
    this.multiplier = multiplier | 1;
    clear();
  }

  private void clear() {
    heads = new int[FIRST_CAPACITY];
    next = new int[0];
    before = new int[0];
    callOf = new int[0];
    recipientOf = new int[0];
    calls = new @Nullable Ringing[0];
    nextFreeCall = new int[0];
    Arrays.fill(heads, NONE);
    free = NONE;
    freeCall = NONE;
    used = 0;
  }

  /// Adds a call with its recipients.
  synchronized void add(final Ringing call) {
    if (call.places != null) {
      return;
    }
    if (freeCall == NONE) {
      moreCalls();
    }
    final int slot = freeCall;
    freeCall = nextFreeCall[slot];
    calls[slot] = call;
    final var recipients = call.view().recipients();
    final var places = new int[recipients.size()];
    for (int i = 0; i < places.length; i++) {
      if (free == NONE) {
        morePlaces();
      }
      final int place = free;
      free = next[place];
      callOf[place] = slot;
      recipientOf[place] = i;
      link(place, head(recipients.get(i)));
      places[i] = place;
    }
    used += places.length;
    call.places = places;
    call.slot = slot;
  }

  /// Takes a call out; does nothing when it is not there.
  synchronized void remove(final Ringing call) {
    final var places = call.places;
    if (places == null) {
      return;
    }
    call.places = null;
    used -= places.length;
    calls[call.slot] = null;
    nextFreeCall[call.slot] = freeCall;
    freeCall = call.slot;
    if (used == 0) {
      clear();
      return;
    }
    final var recipients = call.view().recipients();
    for (int i = 0; i < places.length; i++) {
      unlink(places[i], head(recipients.get(i)));
      next[places[i]] = free;
      free = places[i];
    }
  }

  /// The calls of a user, in no order.
  synchronized List<Ringing> of(final UserId user) {
    final var found = new ArrayList<Ringing>(1);
    for (int place = heads[head(user)]; place != NONE; place = next[place]) {
      final var call = calls[callOf[place]];
      if (call != null && call.view().recipients().get(recipientOf[place]).equals(user)) {
        found.add(call);
      }
    }
    return found;
  }

  /// The same user as a call that rings has it, so that memory holds the name once.
  synchronized UserId shared(final UserId user) {
    for (int place = heads[head(user)]; place != NONE; place = next[place]) {
      final var call = calls[callOf[place]];
      if (call != null
          && call.view().recipients().get(recipientOf[place]) instanceof final UserId known
          && known.equals(user)) {
        return known;
      }
    }
    return user;
  }

  // ---- places ---------------------------------------------------------------------------------

  /// The place in `heads` of the list with this user's places.
  int head(final UserId user) {
    final int hash = (int) (hash(user) >>> Integer.SIZE);
    return hash >>> Integer.numberOfLeadingZeros(heads.length - 1);
  }

  private long hash(final UserId user) {
    return mixed(mixed(seed, user.organisation().value()), user.name());
  }

  /// Each step takes the seed along, so that names which have one hash with this seed have not with
  /// the next one.
  private long mixed(final long before, final String text) {
    long hash = before + text.length();
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * multiplier;
      hash ^= hash >>> 29;
    }
    return hash * multiplier;
  }

  private void link(final int place, final int head) {
    final int first = heads[head];
    next[place] = first;
    before[place] = NONE;
    if (first != NONE) {
      before[first] = place;
    }
    heads[head] = place;
  }

  private void unlink(final int place, final int head) {
    if (before[place] == NONE) {
      heads[head] = next[place];
    } else {
      next[before[place]] = next[place];
    }
    if (next[place] != NONE) {
      before[next[place]] = before[place];
    }
  }

  private void moreCalls() {
    final int old = calls.length;
    final int size = Math.max(64, 2 * old);
    calls = Arrays.copyOf(calls, size);
    nextFreeCall = Arrays.copyOf(nextFreeCall, size);
    for (int slot = size - 1; slot >= old; slot--) {
      nextFreeCall[slot] = freeCall;
      freeCall = slot;
    }
  }

  private void morePlaces() {
    final int old = next.length;
    final int size = Math.max(FIRST_CAPACITY, 2 * old);
    next = Arrays.copyOf(next, size);
    before = Arrays.copyOf(before, size);
    callOf = Arrays.copyOf(callOf, size);
    recipientOf = Arrays.copyOf(recipientOf, size);
    if (size > heads.length) {
      moreHeads(size);
    }
    for (int place = size - 1; place >= old; place--) {
      next[place] = free;
      free = place;
    }
  }

  /// All places that are there are taken; each goes to its new list.
  private void moreHeads(final int size) {
    final int[] old = heads;
    heads = new int[size];
    Arrays.fill(heads, NONE);
    for (final int first : old) {
      for (int place = first; place != NONE; ) {
        final int after = next[place];
        final var call = calls[callOf[place]];
        if (call != null) {
          link(place, head(call.view().recipients().get(recipientOf[place])));
        }
        place = after;
      }
    }
  }
}
