namespace RateLimitHeaders.AspNetCore;

/// <summary>Reads a text of configuration.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <param name="text">The text.</param>
/// <param name="value">The value.</param>
/// <returns><see langword="false"/> if the text is no such value.</returns>
internal delegate bool SettingReader<T>(string text, out T? value);
