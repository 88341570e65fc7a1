namespace TaskQueue.Grids;

/// <summary>A point in degrees of WGS 84 (EPSG:4326), in the order of GeoJSON.</summary>
/// <param name="Lon">Longitude, east is positive.</param>
/// <param name="Lat">Latitude, -90 to 90.</param>
public readonly record struct LonLat(double Lon, double Lat);
