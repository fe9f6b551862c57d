"""Submissions: folders and archives -> submissions, and bytes -> notebook. Nothing is trusted."""
