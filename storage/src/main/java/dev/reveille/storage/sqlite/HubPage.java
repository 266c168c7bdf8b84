package dev.reveille.storage.sqlite;

import dev.reveille.model.Bytes;
import dev.reveille.routing.port.HubRegistrations.Numbered;
import dev.reveille.routing.port.HubRegistrations.Page;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Collects one page of targets from the rows of a statement, until the page has enough targets or
/// bytes, or enough rows were looked at. Belongs to one thread.
final class HubPage {
  /// Of templates in one page: a device may have one of half a megabyte.
  private static final long MOST_BYTES = 2 << 20;

  private static final int MEANT = HubTargetRows.COLUMNS + 1;

  private final int most;
  private final int candidates;
  private final List<Numbered> meant = new ArrayList<>();
  private int lookedAt;
  private long bytes;
  private long reached;
  private boolean more;

  /// @param most targets
  /// @param candidates so many rows are looked at
  HubPage(final int most, final int candidates) {
    this.most = most;
    this.candidates = candidates;
  }

  /// Looks at one more row; answers whether it is to be shown the next one. What comes behind a
  /// full page is not looked at: it says that there is more.
  boolean takes(final ResultSet row) throws SQLException {
    if (lookedAt == candidates || meant.size() == most || bytes >= MOST_BYTES) {
      more = true;
      return false;
    }
    lookedAt++;
    reached = row.getLong(HubTargetRows.NUMBER);
    if (row.getBoolean(MEANT)) {
      final Numbered target = HubTargetRows.read(row);
      bytes += target.target().template().map(Bytes::length).orElse(0);
      meant.add(target);
    }
    return true;
  }

  /// @param end the number up to which everything was asked for
  Page read(final long end) {
    return more ? new Page(meant, reached, false) : new Page(meant, end, true);
  }
}
