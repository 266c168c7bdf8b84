package dev.reveille.model;

/// Who goes first. Urgent work (calls and their ends) overtakes everything and has a reserve of its
/// own; a broadcast runs in bulk and delays nobody.
public enum Lane {
  URGENT,
  NORMAL,
  BULK
}
