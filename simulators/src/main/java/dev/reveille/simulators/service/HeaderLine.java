package dev.reveille.simulators.service;

/// One header line, spelled as it came or as it is to leave.
public record HeaderLine(String name, String value) {}
