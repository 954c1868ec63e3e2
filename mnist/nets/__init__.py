"""Networks: layers, descriptions, parameter tables, torch modules."""
