package dev.reveille.routing.port;

import dev.reveille.model.ClockGeneration;
import java.util.List;

/// Stores the generations of the server's clock: when it was set, and by how much. Thread-safe;
/// methods may block on the disk, and throw [StoreException] when that fails.
public interface ClockLog {
  /// All but the first, in their order, from number 2 up. May read the disk.
  List<ClockGeneration> generations();

  /// Keeps one more, instead of one with the same number: a try to keep that may have reached the
  /// disk although it failed. It is on disk when this returns. Waits for the disk.
  ///
  /// @throws StoreException when it cannot be kept
  void begin(ClockGeneration next);
}
