"""How values become files and text that outlive the process: replaced in one step, and read back as they were."""
