package dev.reveille.routing.port;

import dev.reveille.model.OrganisationId;
import java.util.Collection;
import java.util.List;

/// The pushes of partners of which a clearing house still has to report what became of them. The
/// pushes themselves are sends in the journal; here is only which of them are open.
///
/// Thread-safe; methods touch the disk.
public interface OpenReports {
  /// Stands for no sequence at all.
  long NONE = -1;

  /// A push that is to be reported.
  ///
  /// @param send its sequence in the journal
  /// @param organisation the publisher, whose it is
  record Open(long send, OrganisationId organisation) {}

  /// Those that are kept, by their sequence.
  ///
  /// @param after only those with a higher sequence
  List<Open> list(long after, int most);

  /// Each push up to this sequence is among those that are kept, or need not be reported any more;
  /// [#NONE] where that was never kept.
  long upTo();

  /// Keeps changes, all or none; durable when it returns. What is opened and of an organisation
  /// that was removed is left out.
  ///
  /// @param upTo what [#upTo] answers from now on, unless it is higher already; [#NONE] to leave it
  /// @param closed sequences of those that need not be reported any more
  void keep(long upTo, List<Open> opened, Collection<Long> closed);
}
