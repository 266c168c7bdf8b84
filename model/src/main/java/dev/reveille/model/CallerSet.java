package dev.reveille.model;

import java.util.AbstractSet;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;

/// A set of callers' addresses that also finds an address in another spelling, as [Folded] compares
/// them. It keeps and lists each as it was written. Immutable; the folded forms are made once,
/// because every call asks.
final class CallerSet extends AbstractSet<String> {
  private final Set<String> written;
  private final Set<String> folded;

  private CallerSet(final Set<String> written) {
    this.written = Set.copyOf(written);
    final var forms = new HashSet<String>();
    this.written.forEach(address -> forms.add(Folded.of(address)));
    this.folded = Set.copyOf(forms);
  }

  static CallerSet of(final Set<String> written) {
    return written instanceof final CallerSet known ? known : new CallerSet(written);
  }

  boolean names(final String address) {
    return !folded.isEmpty() && folded.contains(Folded.of(address));
  }

  @Override
  public Iterator<String> iterator() {
    return written.iterator();
  }

  @Override
  public int size() {
    return written.size();
  }

  @Override
  public boolean contains(final Object address) {
    return written.contains(address);
  }
}
